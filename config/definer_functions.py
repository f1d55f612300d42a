"""Questions asked before a firm is known, each a function in the database (`tenancy.definer`) → what it answers, and when."""

FUNCTIONS = {
    "session_by_token": "who sends this cookie, before any person is known",
    "organization_by_slug": "which firm an address names, before its transaction begins",
    "organization_of_slug": "the same for an address the firm has left",
    "my_organizations": "a person's firms, before one is chosen",
    "my_memberships": "a person's own memberships, for their account page",
    "my_invitations": "what waits for a person's own addresses",
    "my_addresses": "under which addresses a person's firms know them",
    "my_trail": "a person's own part of their firms' trails, for their export",
    "my_domain_offers": "firms whose proven domain a person's address is of",
    "firm_to_join": "who would be one's colleagues there, for whoever may join",
    "my_firm_by_former_slug": "where an old link leads, for members of that firm",
    "invitation_by_token": "what the link in an invitation is for, before its reader has an account",
    "access_token_by_hash": "whose program asks, before any firm is known",
    "members_second_factors": "which members of the firm have a second factor, and nothing more of it",
    "members_sign_ins": "how the firm's own members signed in, or failed to, for the firm's trail",
    "contact_by_portal_key": "whose portal an address names, before any contact is known",
    "firms_to_remind": "for which firms it is time, asked by the clock alone",
    "supported_firm": "whether a firm has consented that this operator looks, asked by the policies of its tables",
    "firms_with_billing_due": "in which firms a period, a trial or a promise of credits has ended, asked by the clock alone",
    "firm_by_stripe_customer": "whose customer at Stripe an event is about, before any firm is known",
    "firms_to_settle": "which firms pay, or did, asked by the clock alone",
    "firms_at_work": "which firms scheduled work goes through, asked by the clock alone",
}
#: Function → the surfaces that call it, where it is not the application alone.
CALLERS = {
    "session_by_token": ["app", "identity", "operator"],
    "supported_firm": ["operator"],
}
