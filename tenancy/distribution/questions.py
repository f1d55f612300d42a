"""The SQL of the steps, and the questions to the catalogue that say whether one is done."""

from tenancy.distribution.layout import SAVED

KEY = "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({table}) AND conname = {name})"
TRIGGER = "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass({table}) AND tgname = {name})"
FORCED = "(SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass({name}))"
REFERENCE = "EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass({table}) AND partmethod = 'n' AND repmodel = 't')"
DISTRIBUTED = "EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass({table}) AND partmethod = 'h')"
CONVERTED = (
    "EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass({table})"
    " AND (partmethod = 'h' OR partmethod = 'n' AND repmodel = 't'))"
)
EMPTY = (
    "(SELECT sum(pg_relation_size(relid)) = 0"
    " FROM (SELECT to_regclass({table}) UNION SELECT relid FROM pg_partition_tree(to_regclass({table}))) t (relid))"
)
ROLE_SETTING = "EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = {role}::regrole AND setdatabase = 0 AND {setting} = ANY (setconfig))"
EXTENSION = (
    "EXISTS (SELECT FROM pg_dist_object d JOIN pg_extension e ON e.oid = d.objid"
    " WHERE d.classid = 'pg_extension'::regclass AND e.extname = {name})"
)
ON_EVERY_NODE = "(SELECT bool_and(success AND result = 't') FROM run_command_on_all_nodes({query}))"
COUNT_ON = "SELECT setval(pg_get_serial_sequence({table_}, {column_}), (SELECT max({column}) FROM {table}))"
COUNTED = (
    "SELECT coalesce((SELECT max({column}) FROM {table}), 0)"
    " <= coalesce(pg_sequence_last_value(pg_get_serial_sequence({table_}, {column_})::regclass), 0)"
)
PLPGSQL = (
    "EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
    " WHERE p.oid = {name}::regprocedure AND l.lanname = 'plpgsql')"
)
FOUND = "EXISTS (SELECT FROM distribution.saved WHERE (kind, table_name, name) = ({kind}, {table}, {name}))"
INSERT = "INSERT INTO distribution.saved VALUES ({}, {}, {}, {}, {})"
SAVE = f"CREATE TABLE {SAVED} (kind text, table_name text, name text, definition text, target text, PRIMARY KEY (kind, table_name, name))"

LEAKPROOF = "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF"
IS_LEAKPROOF = "SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.ts_match_vq'::regproc"

CLOSED = """\
SELECT count(*) = 0 FROM aclexplode(coalesce(
    (SELECT defaclacl FROM pg_default_acl
        WHERE defaclrole = {owner}::regrole AND defaclnamespace = 0 AND defaclobjtype = {letter}),
    acldefault({letter}, {owner}::regrole)
)) WHERE grantee = 0"""

# Citus makes functions on the nodes as PostgreSQL does, open to everybody; a REVOKE it takes there.
SHUT = "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC"
IS_SHUT = """\
SELECT count(*) = 0 FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
WHERE p.pronamespace = 'app'::regnamespace AND x.grantee = 0"""

# A reference table has a copy on every node, and every copy's trigger fires: the coordinator's alone may write.
IS_COORDINATOR = """\
CREATE FUNCTION app.is_coordinator() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT groupid = 0 FROM pg_dist_local_group $$"""
NESTED = "citus.allow_nested_distributed_execution=on"
