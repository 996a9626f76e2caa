#pragma once

namespace sagad::postgres {

/// Schema 2: what operators want of orders, decided about participants, and did.
inline constexpr auto operators_desk = R"sql(

ALTER TABLE nodes ADD COLUMN circuits text NOT NULL DEFAULT '[]'; -- those that are not closed, as JSON

-- What an operator agreed to: one wish, for a frozen set of orders. Who releases or stops locks the row.
CREATE TABLE operations (
  number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  action          text   NOT NULL,
  who             text   NOT NULL,
  why             text   NOT NULL,
  value           text   NOT NULL, -- JSON
  per_second      bigint,
  canary          bigint NOT NULL,
  abort_if        text,
  planned_at      bigint NOT NULL,
  pacer           text   COLLATE "C" NOT NULL, -- who releases its repairs
  stopped_at      bigint,
  stopped_by      text   NOT NULL DEFAULT '',
  stopped_because text   NOT NULL DEFAULT ''
);

-- One order of an operation. Nodes lock what they take, in the order of the key, and pass over what is locked.
CREATE TABLE repairs (
  operation        bigint NOT NULL,
  position         bigint NOT NULL, -- in the set
  saga             text   COLLATE "C" NOT NULL,
  planned_sequence bigint NOT NULL, -- of the saga: the repair is for that state of it
  state            text   COLLATE "C" NOT NULL,
  result           text   COLLATE "C", -- null until it is applied
  because          text   NOT NULL,
  at               bigint NOT NULL, -- when `state` became what it is
  seen_sequence    bigint NOT NULL DEFAULT 0, -- of the saga, when it was applied or its result last looked for
  handed_to        bigint, -- while released: the epoch of the node that has it
  handed_at        bigint,
  PRIMARY KEY (operation, position)
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX repairs_of_saga ON repairs (saga, operation);
CREATE INDEX planned_repairs ON repairs (operation, position) WHERE state = 'planned';
CREATE INDEX released_repairs ON repairs (operation, position) WHERE state = 'released';
CREATE INDEX pending_repairs ON repairs (operation, position) WHERE result = 'pending';

-- What operators decided about calling a participant, or about one question to it.
CREATE TABLE participant_rules (
  participant text   COLLATE "C" PRIMARY KEY,
  forced      text   NOT NULL,
  who         text   NOT NULL,
  why         text   NOT NULL,
  since       bigint NOT NULL
);

-- What operators did. Never changed.
CREATE TABLE operators_log (
  number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      bigint NOT NULL,
  who     text   NOT NULL,
  verb    text   NOT NULL,
  subject text   NOT NULL,
  why     text   NOT NULL,
  detail  text   NOT NULL
);

-- What operators left for each other on a group of stuck orders.
CREATE TABLE group_notes (
  cause text   COLLATE "C" PRIMARY KEY,
  text  text   NOT NULL,
  who   text   NOT NULL,
  at    bigint NOT NULL
);

ALTER TABLE dead_letters ADD COLUMN discarded_at   bigint;
ALTER TABLE dead_letters ADD COLUMN discarded_by   text NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN requeued_at    bigint;
ALTER TABLE dead_letters ADD COLUMN requeue_result text NOT NULL DEFAULT '';
CREATE INDEX discarded_letters ON dead_letters (discarded_at) WHERE discarded_at IS NOT NULL;

)sql";

} // namespace sagad::postgres
