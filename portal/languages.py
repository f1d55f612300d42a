"""Languages the portal speaks: the stored code, and each language's own name for itself."""

LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
CODES = [code for code, _ in LANGUAGES]
