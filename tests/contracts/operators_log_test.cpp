#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/repair_scene.hpp"

namespace sagad::tests {

namespace {

using lines = std::vector<std::string>;

/// Oldest first: who verb subject (detail): why.
lines log_of(shop& s) {
  lines found;
  for (const log_entry& e : must(s.office().operator_log({})))
    found.insert(found.begin(), e.who + ' ' + e.verb + ' ' + e.subject + " (" + e.detail + "): " + e.why);
  return found;
}

} // namespace

TEMPLATE_TEST_CASE("everything that operators do is in their log", "[log]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  shop& s = scene.s;
  auto& office = s.office();
  scene.hold({"o-1", "o-2"});
  batch work;
  work.dead_letters.push_back({.source = "saga.orders", .reason = "r", .body = "b", .at = s.now});
  must(s.node().commit(work, s.now));

  scene.plan({"o-1", "o-2"}, 0);
  scene.plan({"o-1"}, 0, operator_action::skip);
  must(office.stop_operation("op-1", "joe", "too fast", s.now));
  must(office.resume_operation("op-1", "ann", terminal, s.now));
  must(office.set_participant_rule({.on = "payment", .who = "mia", .why = "down", .since = s.now}));
  must(office.set_participant_rule({.on = "payment",
                                    .forced = operations::circuit_override::forced_closed,
                                    .who = "mia",
                                    .why = "up",
                                    .since = s.now}));
  must(office.clear_participant_rule("payment", "mia", "all well", s.now));
  must(office.set_note({.group = "g-1", .text = "called the bank", .who = "mia", .at = s.now}));
  must(office.set_note({.group = "g-1", .text = "", .who = "mia", .at = s.now}));
  must(office.discard_letters({1}, "mia", "rubbish", s.now));
  must(office.restore_letters({1}, "mia", "oh", s.now));
  must(office.ask_to_drain("node-1", "mia", s.now));

  CHECK(log_of(s) == lines{"mia order resume op-1 (2 orders): the bank is back",
                           "mia order skip op-2 (1 order): the bank is back", "joe operation stop op-1 (): too fast",
                           "ann operation resume op-1 (): ", "mia participant hold payment (): down",
                           "mia participant force payment (): up", "mia participant release payment (): all well",
                           "mia note g-1 (): called the bank",
                           "mia note g-1 (taken away): ", "mia deadletter discard 1 (): rubbish",
                           "mia deadletter restore 1 (): oh", "mia node drain node-1 (1 node): "});
  const auto newest = must(office.operator_log(2));
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].verb == "node drain");
  CHECK(newest[0].at == s.now);
  CHECK(newest[0].number > newest[1].number);
  CHECK(must(office.operator_log(0)).empty());
}

TEMPLATE_TEST_CASE("what changes nothing is not logged", "[log]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& office = scene.s.office();
  must(office.stop_operation("op-1", "joe", "", scene.s.now));
  must(office.resume_operation("op-1", "joe", terminal, scene.s.now));
  must(office.clear_participant_rule("payment", "joe", "", scene.s.now));
  must(office.discard_letters({1, 2}, "joe", "", scene.s.now));
  must(office.requeue_letter(1, "joe", "", scene.s.now));
  must(office.ask_to_drain("nobody", "joe", scene.s.now));
  CHECK(log_of(scene.s).empty());
}

TEMPLATE_TEST_CASE("operators leave a note on a group for each other", "[log]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  auto& office = s.office();
  must(office.set_note({.group = "g-2", .text = "first", .who = "mia", .at = s.now}));
  must(office.set_note({.group = "g-1", .text = "\xF0\x9F\x8F\xA6 'bank'", .who = "joe", .at = s.now}));
  must(office.set_note({.group = "g-2", .text = "second", .who = "ann", .at = s.now + milliseconds{1}}));
  const auto notes = must(office.notes());
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].group == "g-1");
  CHECK(notes[0].text == "\xF0\x9F\x8F\xA6 'bank'");
  CHECK(notes[1].text == "second");
  CHECK(notes[1].who == "ann");
  CHECK(notes[1].at == s.now + milliseconds{1});
  must(office.set_note({.group = "g-1", .text = "", .who = "joe", .at = s.now}));
  CHECK(must(office.notes()).size() == 1);
}

} // namespace sagad::tests
