-- A model of Citus for tests on plain PostgreSQL: it keeps no shards and moves no rows, but it answers the catalogue
-- questions that a conversion asks, and refuses what Citus was seen to refuse. Run by a superuser in a scratch database.
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char", repmodel "char", colocated_with text);
CREATE TABLE pg_catalog.pg_dist_object (classid oid, objid oid);
CREATE TABLE pg_catalog.pg_dist_local_group AS SELECT 0 AS groupid;
GRANT SELECT ON pg_catalog.pg_dist_partition, pg_catalog.pg_dist_object, pg_catalog.pg_dist_local_group TO PUBLIC;

CREATE FUNCTION pg_catalog.model_extension() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO pg_dist_object SELECT 'pg_extension'::regclass, oid FROM pg_extension
    WHERE oid NOT IN (SELECT objid FROM pg_dist_object);
END $$;
CREATE EVENT TRIGGER model_extension ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION')
    EXECUTE FUNCTION pg_catalog.model_extension();

CREATE FUNCTION pg_catalog.model_refuse(t regclass, kind text, asker text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE 'table "%" is already distributed', t;
    END IF;
    IF EXISTS (SELECT FROM pg_class WHERE oid = t AND relispartition) THEN
        RAISE 'cannot distribute a partition: %', t;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = asker)
        AND EXISTS (SELECT FROM pg_class WHERE relforcerowsecurity
                    AND (oid = t OR oid IN (SELECT relid FROM pg_partition_tree(t)))) THEN
        RAISE 'COPY FROM not supported with row-level security';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal) THEN
        RAISE 'relation "public.audit_logs" does not exist';
    END IF;
    SELECT f.conname INTO found FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid <> f.confrelid AND (
        f.confrelid = t AND kind = 'h'
            AND f.conrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition WHERE partmethod = 'h')
        OR f.conrelid = t AND f.confrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition));
    IF found IS NOT NULL THEN
        RAISE 'cannot create foreign key constraint %: foreign keys from reference tables and local tables to distributed tables are not supported', found;
    END IF;
    SELECT i.indexrelid::regclass INTO found FROM pg_index i JOIN pg_attribute a ON a.attrelid = t
    WHERE kind = 'h' AND i.indrelid = t AND i.indisunique AND a.attname = 'organization_id'
        AND a.attnum <> ALL (i.indkey::int2[]);
    IF found IS NOT NULL THEN
        RAISE 'cannot create constraint on "%": unique constraints must contain the distribution column (%)', t, found;
    END IF;
END $$;

CREATE FUNCTION pg_catalog.model_add(t regclass, kind "char", model "char", near text) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO pg_dist_partition VALUES (t, kind, model, near) $$;

CREATE FUNCTION pg_catalog.create_reference_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM model_refuse(t, 'n', current_user);
    PERFORM model_add(t, 'n', 't', NULL);
END $$;

CREATE FUNCTION pg_catalog.create_distributed_table(
    t regclass, col text, kind text DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM model_refuse(t, 'h', current_user);
    IF colocate_with <> 'default' AND NOT EXISTS (
        SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h'
    ) THEN
        RAISE 'relation % is not distributed', colocate_with;
    END IF;
    PERFORM model_add(t, 'h', 's', colocate_with);
END $$;

CREATE FUNCTION pg_catalog.truncate_local_data_after_distributing_table(t regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE 'relation % is not distributed', t;
    END IF;
    EXECUTE format('TRUNCATE %s CASCADE', t);
END $$;

CREATE FUNCTION pg_catalog.run_command_on_all_nodes(command text) RETURNS TABLE (nodeid int, success bool, result text)
LANGUAGE plpgsql AS $$
DECLARE answer text := '';
BEGIN
    IF ltrim(command, E' \n') ILIKE 'select%' THEN
        EXECUTE command INTO answer;
    ELSE
        EXECUTE command;
    END IF;
    RETURN QUERY SELECT 1, true, CASE answer WHEN 'true' THEN 't' WHEN 'false' THEN 'f' ELSE answer END;
END $$;

CREATE FUNCTION pg_catalog.run_command_on_placements(t regclass, command text)
RETURNS TABLE (nodename text, nodeport int, shardid bigint, success bool, result text) LANGUAGE plpgsql AS $$
DECLARE answer bool;
BEGIN
    EXECUTE format(command, t) INTO answer;
    RETURN QUERY SELECT 'localhost', 5432, 1::bigint, true, left(answer::text, 1);
END $$;
