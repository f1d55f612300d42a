"""Payment by card, through Stripe. Stripe says what is paid; we say which firm, which plan and how many seats."""
