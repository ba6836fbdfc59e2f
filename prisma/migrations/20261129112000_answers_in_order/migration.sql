-- The file of a survey's answers is read in the order of this index.
CREATE INDEX "answer_shop_id_survey_at_response_id_question_position_idx" ON "answer"("shop_id", "survey", "at", "response_id", "question", "position");
