"""What each role may do. The members pages print this table; views, forms and jobs ask `member.can(...)`."""

from enum import StrEnum, auto


class Permission(StrEnum):
    VIEW_CLIENTS = auto()
    MANAGE_CLIENTS = auto()
    MANAGE_ACCESS = auto()
    VIEW_REQUESTS = auto()
    MANAGE_REQUESTS = auto()
    REVIEW_REQUESTS = auto()
    VIEW_DOCUMENTS = auto()
    MANAGE_DOCUMENTS = auto()
    COMMENT = auto()
    VIEW_WORKPAPERS = auto()
    PREPARE_WORKPAPERS = auto()
    REVIEW_WORKPAPERS = auto()
    SIGN_AS_PARTNER = auto()
    CLOSE_BINDERS = auto()
    VIEW_PROJECTS = auto()
    MANAGE_TASKS = auto()
    MANAGE_PROJECTS = auto()
    LOG_TIME = auto()
    MANAGE_TIME = auto()
    VIEW_SCOPING = auto()
    WRITE_SCOPING = auto()
    SEND_SCOPING = auto()
    MANAGE_RATE_CARDS = auto()
    VIEW_MEMBERS = auto()
    MANAGE_MEMBERS = auto()
    MANAGE_FIRM = auto()
    TRANSFER_OWNERSHIP = auto()
    ALLOW_SUPPORT = auto()
    VIEW_BILLING = auto()
    MANAGE_BILLING = auto()
    VIEW_AUDIT_LOG = auto()


P = Permission
READ = frozenset(
    {
        P.VIEW_CLIENTS,
        P.VIEW_REQUESTS,
        P.VIEW_DOCUMENTS,
        P.VIEW_WORKPAPERS,
        P.VIEW_PROJECTS,
        P.VIEW_SCOPING,
        P.VIEW_MEMBERS,
    }
)
WORK = READ | {
    P.MANAGE_CLIENTS,
    P.MANAGE_REQUESTS,
    P.REVIEW_REQUESTS,
    P.MANAGE_DOCUMENTS,
    P.PREPARE_WORKPAPERS,
    P.REVIEW_WORKPAPERS,
    P.MANAGE_TASKS,
    P.MANAGE_PROJECTS,
    P.LOG_TIME,
    P.WRITE_SCOPING,
    P.SEND_SCOPING,
    P.COMMENT,
}
ADMINISTER = WORK | {
    P.SIGN_AS_PARTNER,
    P.CLOSE_BINDERS,
    P.MANAGE_TIME,
    P.MANAGE_RATE_CARDS,
    P.MANAGE_ACCESS,
    P.MANAGE_MEMBERS,
    P.MANAGE_FIRM,
    P.VIEW_AUDIT_LOG,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "owner": frozenset(Permission),
    "admin": ADMINISTER,
    "member": WORK,
    "viewer": READ,
    "billing": frozenset({P.VIEW_BILLING, P.MANAGE_BILLING}),
}

#: Nobody manages a role above their own.
SENIORITY = {"owner": 4, "admin": 3, "member": 2, "viewer": 1, "billing": 1}

#: How the matrix page groups and words them.
PERMISSION_GROUPS: list[tuple[str, list[tuple[Permission, str]]]] = [
    (
        "Clients",
        [
            (P.VIEW_CLIENTS, "See clients and contacts"),
            (P.MANAGE_CLIENTS, "Add, edit, import and archive clients"),
            (P.MANAGE_ACCESS, "Put up walls, and ask why somebody sees a client"),
        ],
    ),
    (
        "Requests and documents",
        [
            (P.VIEW_REQUESTS, "See request lists"),
            (P.MANAGE_REQUESTS, "Make, publish and assign requests"),
            (P.REVIEW_REQUESTS, "Accept, return and waive answers"),
            (P.VIEW_DOCUMENTS, "Preview and download documents, take evidence away"),
            (P.MANAGE_DOCUMENTS, "Add, rename, share and delete documents"),
            (P.COMMENT, "Write comments, to the firm and to the client"),
        ],
    ),
    (
        "Workpapers",
        [
            (P.VIEW_WORKPAPERS, "See binders and workpapers"),
            (P.PREPARE_WORKPAPERS, "Write workpapers and sign as preparer"),
            (P.REVIEW_WORKPAPERS, "Raise review notes and sign as reviewer"),
            (P.SIGN_AS_PARTNER, "Sign as partner"),
            (P.CLOSE_BINDERS, "Lock binders, put them on legal hold, add late papers"),
        ],
    ),
    (
        "Projects and time",
        [
            (P.VIEW_PROJECTS, "See projects and tasks, and the time spent on them"),
            (P.MANAGE_TASKS, "Add, assign, move and finish tasks"),
            (P.MANAGE_PROJECTS, "Make, change and delete projects and their templates"),
            (P.LOG_TIME, "Record own time"),
            (P.MANAGE_TIME, "Correct everybody’s time"),
        ],
    ),
    (
        "Scoping",
        [
            (P.VIEW_SCOPING, "See scoping sessions with their prices and costs"),
            (P.WRITE_SCOPING, "Make, write, duplicate and delete scoping sessions"),
            (P.SEND_SCOPING, "Freeze scoping sessions, share them and end shares"),
            (P.MANAGE_RATE_CARDS, "Set what an hour of each role costs and is sold for"),
        ],
    ),
    (
        "Firm",
        [
            (P.VIEW_MEMBERS, "See members and roles"),
            (P.MANAGE_MEMBERS, "Invite and manage members"),
            (P.MANAGE_FIRM, "Change the firm's name, colours and time zone"),
            (P.VIEW_AUDIT_LOG, "Read the audit log"),
            (P.TRANSFER_OWNERSHIP, "Make another member an owner"),
            (P.ALLOW_SUPPORT, "Let Tickmark’s support look into the firm for some hours"),
            (P.VIEW_BILLING, "See plan and invoices"),
            (P.MANAGE_BILLING, "Change plan and payment"),
        ],
    ),
]

PERMISSION_WORDS: dict[Permission, str] = {
    permission: words for _, rows in PERMISSION_GROUPS for permission, words in rows
}
