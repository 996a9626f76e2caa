#include "workflows/wire/cloud_event.hpp"

#include "workflows/json_text.hpp"

namespace sagad::wire {

std::string cloud_event_id(const fact& f) { return f.saga.value + '/' + std::to_string(f.sequence); }

std::string to_cloud_event(const fact& f) {
  constexpr std::size_t frame = 320;
  std::string text;
  text.reserve(frame + 2 * f.saga.value.size() + f.order.value.size() + f.type.size() + f.detail.size());
  append_string(text += R"({"specversion":"1.0","id":)", cloud_event_id(f));
  append_string(text += R"(,"source":)", cloud_event_source);
  append_string(text += R"(,"type":)", f.type);
  append_string(text += R"(,"subject":)", f.order.value);
  append_string(text += R"(,"time":)", to_rfc3339(f.at));
  append_number(text += R"(,"sequence":)", static_cast<std::int64_t>(f.sequence));
  append_string(text += R"(,"datacontenttype":"application/json","data":{"saga_id":)", f.saga.value);
  append_number(text += R"(,"attempt":)", f.attempt);
  append_string(text += R"(,"code":)", f.code);
  append_string(text += R"(,"detail":)", f.detail);
  return text += "}}";
}

} // namespace sagad::wire
