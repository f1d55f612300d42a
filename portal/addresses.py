def masked(email: str) -> str:
    """“ana.ruiz@bakery.example” is “a…z@bakery.example”: its owner knows it, others learn little."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}"
