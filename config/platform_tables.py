"""Every table outside the firms, ours and the libraries': who may do what with which rows."""

from tenancy.platform import ALL, PlatformTable, own

READ, WRITE = "SELECT", "SELECT, INSERT, UPDATE, DELETE"

#: The row names the firm in force. Fails loudly without one.
OWN_FIRM = "organization_id = current_setting('app.current_tenant_id')::uuid"

#: The same, and outside every firm what belongs to none; as PostgreSQL itself writes it.
OWN_FIRM_OR_NONE = (
    "NOT (organization_id IS DISTINCT FROM "
    "(NULLIF(current_setting('app.current_tenant_id'::text, true), ''::text))::uuid)"
)

#: Inside a firm the rows that name it, outside every firm all of them; as PostgreSQL itself writes it.
OWN_FIRM_INSIDE_ONE = (
    "COALESCE(current_setting('app.current_tenant_id'::text, true), ''::text) "
    "= ANY (ARRAY[''::text, (organization_id)::text])"
)

USER_COLUMNS = (
    "id, email, first_name, last_name, full_name, avatar, timezone, locale, notification_settings, auth0_id, status, "
    "is_operator, session_salt, failed_sign_ins, locked_until, last_login, last_login_ip, created_at, updated_at, deleted_at"
)
OWN_COLUMNS = "first_name, last_name, full_name, avatar, timezone, locale, notification_settings"
#: Of everybody's sessions operators see where and when, never what is in them.
SESSION_COLUMNS = "id, token_hash, user_id, ip_address, user_agent, created_at, last_seen_at, expires_at, revoked_at"
#: For the person's own export.
TRUSTED_COLUMNS = "id, user_id, ip_address, user_agent, created_at, last_used_at, expires_at"

TABLES = (
    # Accounts. Password hashes are for the sign-in role alone; everybody else sees their own row.
    PlatformTable(
        "users",
        grants={
            "identity": WRITE,
            "app": f"SELECT ({USER_COLUMNS}), UPDATE ({OWN_COLUMNS})",
            "operator": f"SELECT ({USER_COLUMNS}), UPDATE (status, deleted_at, locked_until, failed_sign_ins, is_operator)",
        },
        rows={"identity": ALL, "app": own("id"), "operator": ALL},
    ),
    PlatformTable(
        "user_profiles", grants={"app": WRITE, "identity": WRITE}, rows={"identity": ALL, "app": own("user_id")}
    ),
    PlatformTable(
        "user_sessions",
        grants={
            "identity": WRITE,
            "app": "SELECT, UPDATE, DELETE",
            "operator": f"SELECT ({SESSION_COLUMNS}), UPDATE, DELETE",
            "lookup": READ,
        },
        rows={"identity": ALL, "app": own("user_id"), "operator": own("user_id"), "lookup": ALL},
        reads=("operator",),
    ),
    PlatformTable("active_user_sessions", grants={"identity": READ, "operator": READ}),
    PlatformTable(
        "account_emailaddress",
        grants={"identity": WRITE, "lookup": READ},
        rows={"identity": ALL, "lookup": ALL},
        copied="app.my_invitations() and app.my_domain_offers() join it with firms' tables",
    ),
    PlatformTable("data_exports", grants={"app": WRITE}, rows={"app": own("user_id")}),
    PlatformTable("account_emailconfirmation", grants={"identity": WRITE}, rows={"identity": ALL}),
    # Who somebody is at a sign-in provider. Providers and their secrets come from the environment, and what a provider
    # lends us to ask about a person is not kept: the other two tables are empty, and deleting an account looks there.
    PlatformTable("socialaccount_socialaccount", grants={"identity": WRITE}, rows={"identity": ALL}),
    PlatformTable("socialaccount_socialtoken", grants={"identity": "SELECT, DELETE"}),
    PlatformTable("socialaccount_socialapp"),
    # Second factors: secrets encrypted, and for the sign-in role alone.
    PlatformTable(
        "mfa_authenticator",
        grants={"identity": WRITE, "lookup": "SELECT (user_id, type)"},
        rows={"identity": ALL, "lookup": ALL},
        copied="app.members_second_factors() joins it with organization_memberships",
    ),
    PlatformTable(
        "trusted_devices",
        grants={"identity": WRITE, "app": f"SELECT ({TRUSTED_COLUMNS})"},
        rows={"identity": ALL, "app": own("user_id")},
    ),
    # Django's own. Content types and permissions hold names of models, nothing of any firm.
    PlatformTable("django_content_type", grants={"app": READ, "identity": READ, "operator": READ}),
    PlatformTable("auth_permission", grants={"app": READ, "identity": READ, "operator": READ}),
    PlatformTable("auth_group"),
    PlatformTable("auth_group_permissions"),
    PlatformTable("django_migrations", grants={"app": READ}),
    PlatformTable("django_session"),
    PlatformTable("django_admin_log", grants={"operator": "SELECT, INSERT"}),
    # guardian's generic tables stay closed: grants on objects are tenant tables of ours.
    PlatformTable("guardian_userobjectpermission"),
    PlatformTable("guardian_groupobjectpermission"),
    # Shared and without content: rate limits and cached values under keys that carry the organization.
    PlatformTable("cache_entries", grants={"app": WRITE, "identity": WRITE, "operator": WRITE}),
    PlatformTable("platform_settings", grants={"app": READ, "identity": READ, "operator": "SELECT, INSERT, UPDATE"}),
    PlatformTable(
        "platform_audit_logs",
        grants={"identity": "INSERT", "operator": "SELECT, INSERT", "app": "INSERT", "lookup": READ},
    ),
    # Which mails left, without what they said. Whoever sends adds a line; the clock's job takes old ones away, in no firm.
    PlatformTable(
        "mail_log",
        grants={"app": "SELECT (created_at), INSERT, DELETE", "identity": "INSERT", "operator": "SELECT, INSERT"},
        rows={"app": OWN_FIRM_INSIDE_ONE, "identity": ALL, "operator": ALL},
    ),
    PlatformTable("isolation_proofs", grants={"app": "INSERT", "operator": "SELECT, INSERT"}),
    # What belongs to one firm only: a firm takes what nobody has, and sees its own. Others' rows are a refusal, no more.
    PlatformTable(
        "verified_domains",
        grants={"app": "SELECT, INSERT, DELETE", "lookup": READ, "operator": READ},
        rows={"app": OWN_FIRM, "lookup": ALL, "operator": ALL},
        copied="app.my_domain_offers() joins it with organization_domains",
    ),
    PlatformTable(
        "organization_slugs",
        grants={"app": "SELECT, INSERT", "lookup": READ},
        rows={"app": OWN_FIRM, "lookup": ALL},
        copied="app.my_firm_by_former_slug() joins it with organization_memberships",
    ),
    # That a firm was here and was deleted whole. The owner writes it, and nobody else.
    PlatformTable("deleted_firms", grants={"operator": READ}),
    # How far a back-fill is: the owner begins it for every firm, the application goes on with it inside the firm.
    PlatformTable(
        "backfill_progress",
        grants={"app": "SELECT, UPDATE (last_key, rows_done, updated_at, finished_at)"},
        rows={"app": OWN_FIRM},
    ),
    # What is sold, the same for all firms: operators keep it.
    PlatformTable("subscription_plans", grants={"app": READ, "operator": WRITE}),
    PlatformTable("features", grants={"app": READ, "operator": WRITE}),
    PlatformTable("plan_features", grants={"app": READ, "operator": WRITE}),
    # What Stripe tells: in a firm its own events, outside all of them those of no firm. What came is never changed.
    PlatformTable(
        "stripe_customers",
        grants={"app": "SELECT, INSERT, UPDATE (card)", "lookup": READ, "operator": READ},
        rows={"app": OWN_FIRM, "lookup": ALL, "operator": ALL},
    ),
    PlatformTable(
        "stripe_events",
        grants={
            "app": "SELECT, INSERT, UPDATE (processed_at, attempts, error)",
            "operator": READ,
        },
        rows={"app": OWN_FIRM_OR_NONE, "operator": ALL},
    ),
    # Numbers of invoices: one row of them for the whole installation, without gaps.
    PlatformTable("invoice_numbers", grants={"app": "SELECT, INSERT, UPDATE (last)"}),
    # Jobs hold ids, never content.
    PlatformTable("procrastinate_jobs", grants={"app": WRITE, "operator": READ}),
    PlatformTable("procrastinate_events", grants={"app": WRITE, "operator": READ}),
    PlatformTable("procrastinate_periodic_defers", grants={"app": WRITE}),
    PlatformTable("procrastinate_workers", grants={"app": WRITE, "operator": READ}),
)

#: Functions of libraries the application calls, by the start of their name in schema public.
FUNCTIONS = {"procrastinate_": "app"}
