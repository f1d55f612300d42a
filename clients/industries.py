"""The industries a firm writes on its clients, for a choice in the filters."""

from django.db import connections

from tenancy.context import alias_for, current, current_tenant_id

MOST = 200

# From one value to the next along the index: as many steps as there are industries, not as there are clients.
# Those of restricted clients are left out: the word alone could tell of one.
DISTINCT = """
    WITH RECURSIVE step AS (
        (SELECT industry FROM clients
         WHERE organization_id = %(firm)s AND deleted_at IS NULL AND access = 'firm' AND industry > ''
         ORDER BY industry LIMIT 1)
        UNION ALL
        SELECT (SELECT c.industry FROM clients c
                WHERE c.organization_id = %(firm)s AND c.deleted_at IS NULL AND c.access = 'firm'
                AND c.industry > step.industry ORDER BY c.industry LIMIT 1)
        FROM step WHERE step.industry IS NOT NULL
    )
    SELECT industry FROM step WHERE industry IS NOT NULL LIMIT %(most)s
"""


def industries() -> list[str]:
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute(DISTINCT, {"firm": current_tenant_id(), "most": MOST})
        return [row[0] for row in cursor.fetchall()]
