-- A version is asked in the places that a survey can have.
ALTER TABLE "survey_version" ADD CONSTRAINT "survey_version_placements" CHECK ("placements" <@ ARRAY['thank_you', 'storefront']);
