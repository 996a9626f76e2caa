#pragma once

namespace sagad::sqlite {

/// Schema 2: facts on their way to a broker, and nodes that play a part of the participants. What a store of schema 1
/// holds stays as it is: its facts were for nobody outside, and its nodes played everything.
inline constexpr auto facts_out = R"sql(

ALTER TABLE nodes ADD COLUMN plays        TEXT    NOT NULL DEFAULT 'payment,inventory,delivery,orders,notification';
ALTER TABLE nodes ADD COLUMN publishes    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN drain_wanted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN broker       TEXT    NOT NULL DEFAULT '';

-- The sagas with facts that the broker is not known to have: all facts from `first_sequence` on.
CREATE TABLE outbox (
  saga           INTEGER PRIMARY KEY,
  first_sequence INTEGER NOT NULL,
  touched_at     INTEGER NOT NULL -- when a publication was last recorded, or the facts were last handed out
) STRICT;
CREATE INDEX idle_outbox ON outbox (touched_at);

)sql";

} // namespace sagad::sqlite
