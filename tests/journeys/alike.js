// Names for the parts of a page, from the whole down to groups of a few elements. Parts of one name are alike to axe: the
// same elements, seen or not, with the same attributes, colours and sizes of letters, in the same surroundings, on a screen
// of the same width; what they say in words counts only as being there.
(least) => {
  const values = new Set(["class", "role", "type", "dir", "style", "tabindex"]);
  const short = (text) => {
    let one = 5381, two = 52711;
    for (let at = 0; at < text.length; at++) {
      one = (one * 33) ^ text.charCodeAt(at);
      two = (two * 31) ^ text.charCodeAt(at);
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  };
  const told = ({ name, value }) => name.startsWith("data-") ? "" : values.has(name) || /^(true|false|mixed|page|\d+|)$/.test(value)
    ? `${name}=${value}` : `${name} ${document.getElementById(value) ? "leads there" : "says"}`;
  const itself = (element) => {
    const { color, backgroundColor, backgroundImage, fontSize, fontWeight } = getComputedStyle(element);
    const looks = [color, backgroundColor, backgroundImage, fontSize, fontWeight, element.checkVisibility({ visibilityProperty: true })];
    return [element.localName, element.labels?.length, ...looks, ...[...element.attributes].map(told).sort()].join(" ");
  };
  const parts = [];
  const walk = (element, around) => {
    const mine = itself(element), place = parts.push(null) - 1;
    let content = mine, size = 1;
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim()) content += " words";
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const inside = walk(node, `${around}>${mine}`);
      content += `(${inside.content})`;
      size += inside.size;
    }
    parts[place] = { element, size, name: short(`${around}>${content}`) };
    return { content, size };
  };
  walk(document.documentElement, innerWidth);
  window.partsOfThePage = parts.filter(({ size }) => size >= least);
  return window.partsOfThePage.map(({ name }) => name);
}
