#include "workflows/operations/query.hpp"

#include <algorithm>

#include "workflows/operations/cause.hpp"

namespace sagad::operations {

namespace {

bool is_at_step(const order_view& order, const saga_catalog& definitions, std::string_view name) {
  const saga& s = order.now;
  return s.at < s.steps.size() && (s.steps[s.at].name == name || step_as_asked(s, definitions) == name);
}

} // namespace

std::string_view to_string(query_field f) {
  switch (f) {
  case query_field::state:
    return "state";
  case query_field::outcome:
    return "outcome";
  case query_field::step:
    return "step";
  case query_field::participant:
    return "participant";
  case query_field::code:
    return "code";
  case query_field::customer:
    return "customer";
  case query_field::group:
    return "group";
  case query_field::older_than:
    return "older-than";
  }
  return "unknown";
}

bool query::matches(const order_view& order, const saga_catalog& definitions, moment now) const {
  return std::all_of(terms.begin(), terms.end(), [&](const query_term& t) {
    switch (t.field) {
    case query_field::state:
      return to_string(order.now.state) == t.value;
    case query_field::outcome:
      return order.now.outcome == t.value;
    case query_field::step:
      return is_at_step(order, definitions, t.value);
    case query_field::participant:
      return cause_of(order, definitions).participant == t.value;
    case query_field::code:
      return cause_of(order, definitions).code == t.value;
    case query_field::customer:
      return order.customer.value == t.value;
    case query_field::group: {
      const cause why = cause_of(order, definitions);
      return !why.code.empty() && key_of(why) == t.value;
    }
    case query_field::older_than:
      return order.now.created_at < now - t.age;
    }
    return false;
  });
}

order_filter query::restriction(moment now) const {
  order_filter f;
  const auto take_first = [](std::string& into, const std::string& value) {
    if (into.empty())
      into = value;
  };
  for (const query_term& t : terms) {
    switch (t.field) {
    case query_field::state:
      take_first(f.state, t.value);
      break;
    case query_field::outcome:
      take_first(f.outcome, t.value);
      break;
    case query_field::customer:
      take_first(f.customer, t.value);
      break;
    case query_field::older_than:
      f.created_before = std::min(f.created_before.value_or(now - t.age), now - t.age);
      break;
    case query_field::step:
    case query_field::participant:
    case query_field::code:
    case query_field::group:
      break;
    }
  }
  return f;
}

} // namespace sagad::operations
