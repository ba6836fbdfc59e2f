-- What storefronts and messages produce in volume. One partition holds a month: an old month is dropped whole.
CREATE TABLE "activity" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "customer_id" TEXT,
    "anonymous_id" TEXT,
    "subject" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "activity_pkey" PRIMARY KEY ("shop_id","id","at")
) PARTITION BY RANGE ("at");
CREATE INDEX "activity_shop_id_customer_id_at_idx" ON "activity"("shop_id", "customer_id", "at" DESC);
CREATE INDEX "activity_shop_id_anonymous_id_idx" ON "activity"("shop_id", "anonymous_id");
CREATE INDEX "activity_shop_id_subject_kind_at_idx" ON "activity"("shop_id", "subject", "kind", "at" DESC);

-- The app reads and writes the table, and no partition by its own name.
GRANT SELECT, INSERT, UPDATE, DELETE ON "activity" TO regulars_app;
ALTER TABLE "activity" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "activity" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "activity" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- Which instants have a partition: 13 months before this one, this one and 3 after it, by months of UTC.
CREATE FUNCTION activity_kept(OUT "since" TIMESTAMPTZ, OUT "until" TIMESTAMPTZ) LANGUAGE sql STABLE AS $$
  SELECT (month - interval '13 months') AT TIME ZONE 'UTC', (month + interval '4 months') AT TIME ZONE 'UTC'
  FROM date_trunc('month', now() AT TIME ZONE 'UTC') month
$$;

-- Makes the months that are missing and drops those that are too old. It runs as the owner of the table, because the app may
-- neither make nor drop a table, and it takes no parameter: whoever calls it can drop nothing that is kept.
CREATE FUNCTION keep_activity() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  kept record;
  month timestamp;
  part text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('keep activity', 0));
  SELECT * INTO kept FROM public.activity_kept();
  month := kept.since AT TIME ZONE 'UTC';
  WHILE month < kept.until AT TIME ZONE 'UTC' LOOP
    part := 'activity_' || to_char(month, 'YYYY_MM');
    IF to_regclass(format('public.%I', part)) IS NULL THEN
      -- CREATE TABLE … PARTITION OF would stop all who read and write the parent; ATTACH takes only SHARE UPDATE EXCLUSIVE on it.
      EXECUTE format('CREATE TABLE public.%I (LIKE public.activity INCLUDING ALL)', part);
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
      EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', part);
      EXECUTE format('CREATE POLICY tenant ON public.%I TO regulars_app
        USING (shop_id = nullif(current_setting(''app.shop'', true), ''''))
        WITH CHECK (shop_id = nullif(current_setting(''app.shop'', true), ''''))', part);
      EXECUTE format('ALTER TABLE public.activity ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        part, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    END IF;
    month := month + interval '1 month';
  END LOOP;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.activity'::regclass
      AND c.relname < 'activity_' || to_char(kept.since AT TIME ZONE 'UTC', 'YYYY_MM')
  LOOP
    EXECUTE format('DROP TABLE public.%I', part);
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION keep_activity() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_activity() TO regulars_app;
SELECT keep_activity();
