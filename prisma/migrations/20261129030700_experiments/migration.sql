-- Which customers are in which arm of which experiment. The arm that a customer was given stays, so it is stored.
CREATE TABLE "experiment" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "is_shop_wide" BOOLEAN NOT NULL DEFAULT false,
    "planned_people" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "sample_ratio" DOUBLE PRECISION NOT NULL DEFAULT 1,

    CONSTRAINT "experiment_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "experiment_planned_people" CHECK ("planned_people" > 0)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "experiment" TO regulars_app;
ALTER TABLE "experiment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "experiment" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "experiment" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

CREATE TABLE "experiment_arm" (
    "shop_id" TEXT NOT NULL,
    "experiment_id" TEXT NOT NULL,
    "arm" TEXT NOT NULL,
    "share" INTEGER NOT NULL,
    "is_holdout" BOOLEAN NOT NULL,
    "ranges" JSONB NOT NULL,

    CONSTRAINT "experiment_arm_pkey" PRIMARY KEY ("shop_id","experiment_id","arm"),
    CONSTRAINT "experiment_arm_share" CHECK ("share" > 0)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "experiment_arm" TO regulars_app;
ALTER TABLE "experiment_arm" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "experiment_arm" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "experiment_arm" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

CREATE TABLE "assignment" (
    "shop_id" TEXT NOT NULL,
    "experiment_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "arm" TEXT NOT NULL,
    "assigned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "assignment_pkey" PRIMARY KEY ("shop_id","experiment_id","customer_id")
);
CREATE INDEX "assignment_shop_id_customer_id_idx" ON "assignment"("shop_id", "customer_id");

GRANT SELECT, INSERT, UPDATE, DELETE ON "assignment" TO regulars_app;
ALTER TABLE "assignment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "assignment" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "assignment" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
