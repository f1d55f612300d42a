"""The migrations of this app and one more, which needs the table `clients` for itself."""
