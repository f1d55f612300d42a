TITLES = {"dr", "mr", "mrs", "ms", "miss", "prof", "sir", "dame"}


def initials(name: str) -> str:
    """“Tomasz Łuczak” is TŁ, “Dr Leila Farahani” LF, “ana@bakery.example” A."""
    words = [w for w in name.split("@")[0].split() if w.strip(".").lower() not in TITLES]
    letters = [next((c for c in word if c.isalnum()), "") for word in words]
    letters = [letter.upper() for letter in letters if letter]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)) or "?"


def monogram(name: str) -> str:
    """“Harcourt & Pell LLP” is H&P: what stands on a firm's tile when it has no mark of its own."""
    words = [w for w in name.split() if w.upper() not in {"LLP", "LTD", "PLC", "LLC", "INC", "THE"}]
    return "".join(w[0] for w in words if w[0].isalnum() or w == "&")[:3].upper() or "?"
