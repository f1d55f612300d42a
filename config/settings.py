"""Settings: everything that differs between installations comes from the environment (docs/configuration.md)."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from accounts import oidc_settings
from config import (
    database_settings,
    definer_functions,
    file_settings,
    job_modules,
    log_settings,
    mail_settings,
    payment_settings,
)
from tenancy.addresses import with_marketing

env = environ.Env()
env.ENVIRON = with_marketing(env.ENVIRON)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
if DEBUG and not FIELD_ENCRYPTION_KEYS:
    FIELD_ENCRYPTION_KEYS = [base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]
#: Finds equal values of encrypted fields. Without one the oldest key does it, which then cannot go.
FIELD_HASH_KEY = env.str("FIELD_HASH_KEY", default="")
SURFACES = env.list("SURFACES", default=["marketing", "app", "portal", "admin"])
#: Host name → what is served under it, such as `www.tickmark.example=marketing`; empty: everything under every name.
SURFACE_HOSTS = {host: names.split("+") for host, names in env.dict("SURFACE_HOSTS", default={}).items()}
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{env.str('PORT', default='8000')}")
#: Scheme and host of the public site, where it is not those of the application.
SITE_URL = env.str("SITE_URL", default=PUBLIC_URL)

INSTALLED_APPS = [
    "tenancy",
    "schema_changes",
    "audit",
    "accounts",
    "organizations",
    "billing",
    "search",
    "conversations",
    "clients",
    "workspaces",
    "portal",
    "marketing",
    "look",
    "config",
    "config.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "guardian",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "config.observing.ObservingMiddleware",
    # Above whatever answers by itself: an answer without these headers would be one.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.SurfaceMiddleware",
    "config.machines.MachineMiddleware",
    "config.bodies.BodyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.tokens_middleware.TokenMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in_first.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonMiddleware",
    "organizations.middleware.OrganizationMiddleware",
    "organizations.support_middleware.SupportMiddleware",
    "billing.middleware.PlanRefusalMiddleware",
    "portal.middleware.PortalMiddleware",
    "marketing.page_views.PageViewMiddleware",
    "config.forms_only.FormsOnlyMiddleware",
]

ROOT_URLCONF = "config.urls.root"
ORGANIZATION_URLCONF = "config.urls.organization"
PORTAL_URLCONF = "config.urls.portal"
API_URLCONF = "config.urls.api"
ASGI_APPLICATION = "config.asgi.application"
FORM_RENDERER = "look.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["look.templatetags.look"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.shell",
                "config.context_processors.notice",
            ],
        },
    }
]

#: How long page views of the public site wait for their batch; 0 counts none.
PAGE_VIEW_SECONDS = env.float("PAGE_VIEW_SECONDS", default=2.0)

# -- Databases: one alias a role; the router chooses by model and surface, never by instance.

TENANCY_ROLES = {
    "app": "tickmark_app",
    "identity": "tickmark_identity",
    "operator": "tickmark_operator",
    "owner": "tickmark_owner",
    "lookup": "tickmark_lookup",
}
TENANCY_ALIASES = {"app": "default", "identity": "identity", "operator": "operator", "owner": "owner"}
# Roles of the marketing site, which may share the database but nothing in it.
TENANCY_SITE_ROLES = ["tickmark_marketing", "tickmark_marketing_owner"]
TENANCY_PLATFORM_TABLES = "config.platform_tables.TABLES"
TENANCY_PLATFORM_FUNCTIONS = "config.platform_tables.FUNCTIONS"
TENANCY_DEFINER_FUNCTIONS = definer_functions.FUNCTIONS
TENANCY_DEFINER_CALLERS = definer_functions.CALLERS
#: Views → who may read them.
TENANCY_VIEWS = {"organization_members": ["app", "operator"]}
#: Models whose tables are partitioned by month → days to keep; 0 keeps them for ever. Seven years is what auditors keep
#: (PCAOB AS 1215.14); thirteen months of page views compare a month with the same one a year before.
TENANCY_PARTITIONED = {
    "audit.AuditLog": env.int("AUDIT_LOG_DAYS", default=2_557),
    "billing.UsageEvent": env.int("USAGE_EVENT_DAYS", default=2_557),
    "marketing.PageView": env.int("PAGE_VIEW_DAYS", default=400),
}
TENANCY_GUARDED_ALIASES = ["default", "identity", "operator"]
TENANCY_ASSUME_ROLES = False
TENANCY_CITUS = env.bool("CITUS", default=False)
TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False


DATABASES = database_settings.databases(env)
DATABASE_ROUTERS = ["tenancy.router.TenancyRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = database_settings.caches(env)

# -- People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email", "first_name", "last_name"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
CSRF_FAILURE_VIEW = "config.views.refused.form_refused"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/firms/"
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
PORTAL_COOKIE_NAME = "portal"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5  # with what is claimed and not confirmed
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True

# -- Single sign-on: providers by the environment alone

SOCIALACCOUNT_ADAPTER = "accounts.oidc.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "accounts.oidc.Provider", "APPS": oidc_settings.providers(env.ENVIRON)}
}

# -- Tokens for programs: the first key signs, all of them verify

API_TOKEN_KEYS: dict[str, str] = env.dict("API_TOKEN_KEYS", default={}) or {
    "derived": hashlib.sha256(f"api tokens {SECRET_KEY}".encode()).hexdigest()
}
if weak := [kid for kid, key in API_TOKEN_KEYS.items() if len(key) < 32]:
    raise ImproperlyConfigured(f"Keys in API_TOKEN_KEYS need 32 characters or more: {', '.join(weak)}.")
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"api_tokens": "20/m/ip", "api_refresh": "60/m/ip"}  # beside allauth's own
#: Who drafts suggestions from notes: any endpoint that speaks as OpenAI's does; without a key, rules of our own.
DRAFTING: dict[str, Any] = {
    "url": env.str("DRAFTING_URL", default="https://api.openai.com/v1"),
    "key": env.str("DRAFTING_KEY", default=""),
    "model": env.str("DRAFTING_MODEL", default="gpt-4o-mini"),
    "seconds": env.float("DRAFTING_SECONDS", default=30.0),
    "credits": env.str("DRAFTING_CREDITS", default="20"),
}
#: How often the programs of one person may ask.
API_RATE_LIMITS = {"api_calls": env.str("API_CALLS_LIMIT", default="300/m") + "/key"}
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tickmark"
MFA_TOTP_TOLERANCE = 1  # codes of the half minute before and after, for clocks that go wrong and people who type slowly
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in without one confirmed address; another may wait for its link
#: Answers with the TXT records of a domain; a closed network puts its own in.
DOMAIN_RESOLVER = env.str("DOMAIN_RESOLVER", default="organizations.dns_records.txt_records")

# -- Payment: by card through Stripe where there is a key, by invoice everywhere else

STRIPE, INVOICING = payment_settings.stripe(env), payment_settings.invoicing(env)

#: What firms may buy beside their plan: so many credits for so much, before tax, in the smallest unit of the plan's
#: currency. 0 credits: none are sold.
CREDIT_PACK: dict[str, int] = {
    "credits": env.int("CREDIT_PACK", default=1000), "price": env.int("CREDIT_PACK_PRICE", default=2000),
}  # fmt: skip

# -- Mail: files in development, a server by MAIL_HOST.

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Tickmark <notices@tickmark.example>")
MAIL_DIR = VAR_DIR / "mail"
#: Who answers what is written on the site's contact page.
CONTACT_MAIL = env.str("CONTACT_MAIL", default=DEFAULT_FROM_EMAIL)
#: The site's mails go out beside the request that causes them; `manage.py site_chores` sends the rest.
SITE_MAIL_AT_ONCE = True
MAILERS = {"default": mail_settings.mailer(env, MAIL_DIR)}

# -- Files

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static_vendor"]
STORAGES = file_settings.stores(env, VAR_DIR, is_debug=DEBUG)
WHITENOISE_USE_FINDERS = DEBUG
#: Where nobody works on them they are found once, and a browser keeps them a while instead of asking at every page.
WHITENOISE_AUTOREFRESH = DEBUG and not env.str("NO_RELOAD", default="")
WHITENOISE_MAX_AGE = 0 if WHITENOISE_AUTOREFRESH else 60
X_ACCEL_REDIRECT_PREFIX = env.str("X_ACCEL_REDIRECT_PREFIX", default="")
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=2 * 1024**3)
#: Large files come in pieces of this size, each whole in memory once.
UPLOAD_PIECE_BYTES = env.int("UPLOAD_PIECE_BYTES", default=8 * 1024 * 1024)
# On the disk of the file store, where a finished upload is moved instead of copied.
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "incoming")
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "clients.hashing_upload.HashingUploadHandler",
]
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = file_settings.modes(
    is_sent_by_proxy=bool(X_ACCEL_REDIRECT_PREFIX)
)
#: clamd, as tcp://host:port or unix:///path; empty is no scanner.
SCANNER_ADDRESS = env.str("SCANNER_ADDRESS", default="")
#: A package of evidence larger than this is made by a job; a smaller one while it is downloaded.
EVIDENCE_AT_ONCE_BYTES = env.int("EVIDENCE_AT_ONCE_BYTES", default=200 * 1024 * 1024)
#: So long a deleted document or scoping session can be restored, and a package of evidence be downloaded again.
DELETED_SESSIONS_KEPT_DAYS = env.int("DELETED_SESSIONS_KEPT_DAYS", default=90)
DELETED_DOCUMENTS_KEPT_DAYS = env.int("DELETED_DOCUMENTS_KEPT_DAYS", default=90)
PACKAGES_KEPT_DAYS = env.int("PACKAGES_KEPT_DAYS", default=30)
#: So long the owners of a firm can change their mind about deleting it.
FIRM_DELETION_DAYS = env.int("FIRM_DELETION_DAYS", default=14)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a whole list checked is answered by a sentence, not by an error page

# -- Time and language

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]  # those of the portal; a firm's pages are in English
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- Live updates

#: Past a transaction pooler, which cannot carry LISTEN; empty where DATABASE_URL leads to the server itself.
LISTEN_DATABASE_URL = env.str("LISTEN_DATABASE_URL", default="")

# -- Jobs

PROCRASTINATE_IMPORT_PATHS = job_modules.MODULES

# -- Browsers

SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
IS_SECURE = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE and env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = IS_SECURE and env.bool("HSTS_PRELOAD", default=False)
# Without a proxy that says which it was, every request would look insecure and be led round in circles.
SECURE_SSL_REDIRECT = IS_SECURE and SECURE_PROXY_SSL_HEADER is not None
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/"]
X_FRAME_OPTIONS = "DENY"

# The e-mail address is unique whatever its case (users_email); the check knows plain unique=True only.
# Grants on objects are asked of tenant models (clients.models.grant), not of a sign-in backend.
# Preloading binds every name under a domain for years: whoever owns it decides, by HSTS_PRELOAD.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "guardian.W001", "security.W021"]

# -- Watching it

#: Whoever shows it may read /metrics/; without one, programs of this machine may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOG_FORMAT = env.str("LOG_FORMAT", default="line" if DEBUG else "json")
LOGGING = log_settings.logging(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO"))
