-- Lists that hold only a few values, all of them our own, refuse every other value.
ALTER TABLE "offer" ADD CONSTRAINT "offer_placements" CHECK ("placements" <@ ARRAY['home', 'product', 'cart', 'account']);
ALTER TABLE "survey" ADD CONSTRAINT "survey_placements" CHECK ("placements" <@ ARRAY['thank_you', 'storefront']);
