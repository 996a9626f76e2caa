// Throws arbitrary bytes at the storm's ears: the listener to events, and the submitters. Whatever comes is a fact, or
// an answer, that the books can be held against; heard again it is the same.
//
// The first byte says which of the two.

#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "tools/sagachaos/storm/event_book.hpp"
#include "tools/sagachaos/storm/hearing.hpp"

namespace {

using namespace sagad::chaos::storm;
using sagad::fuzz::insist;

constexpr auto good_event =
    R"({"specversion":"1.0","id":"o-1/1","source":"sagad","type":"order.accepted","subject":"o-1","sequence":1,)"
    R"("time":"2026-11-20T05:48:00.000Z","data":{"attempt":0,"detail":"é"}})";
constexpr auto good_answer =
    R"({"order_id":"o-1","accepted":false,"error":{"code":"UNKNOWN_SKU","field":"lines[0].sku","message":"None."}})";

void check_fact(const std::string& body) {
  const heard_fact fact = fact_in(body, false);
  insist(fact.rest.empty() || nlohmann::json::parse(fact.rest).is_object());
  const bool well_told = fact.sequence > 0 && fact.id == fact.order + '/' + std::to_string(fact.sequence);

  event_book book;
  book.hear(fact);
  insist(book.accusations().empty() == well_told);
  insist(book.facts() == (fact.sequence == 1 ? 1U : 0U));
  insist(book.last_of(fact.order) == (fact.sequence == 1 ? fact.type : ""));
  book.hear(fact_in(body, false));
  insist(book.repetitions() == (fact.sequence > 0 ? 1U : 0U) && book.accusations().empty() == well_told);
}

void check_answer(const std::string& body) {
  const heard_answer answer = answer_in(body, "o-1");
  insist(answer.accepted == answer.refusal.empty());
  if (answer.accepted) {
    const auto said = nlohmann::json::parse(body);
    insist(said.at("order_id") == "o-1" && said.at("accepted") == true);
  }
  insist(!answer_in(body, "o-2").accepted || !answer.accepted);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  if (data[0] % 2 == 0)
    check_fact(sagad::fuzz::patched(good_event, data + 1, size - 1));
  else
    check_answer(sagad::fuzz::patched(good_answer, data + 1, size - 1));
  return 0;
}
