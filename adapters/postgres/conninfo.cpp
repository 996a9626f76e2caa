#include "adapters/postgres/conninfo.hpp"

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "adapters/postgres/failure.hpp"

namespace sagad::postgres {

namespace {

using parameters = std::map<std::string, std::string>;

/// What libpq is told unless the URL says otherwise.
const parameters usual{
    {"client_encoding", "UTF8"},
    // Reads come from the primary store, never from a lagging copy (promise 7); of several hosts the right one is
    // found.
    {"target_session_attrs", "primary"},
    // A host that does not answer is as good as down; the caller tries again.
    {"connect_timeout", "2"},
    // A peer that vanished without a word (power, cable, firewall) is noticed within seconds instead of hours.
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "8000"}, // ms that sent data may stay unacknowledged
};

// Settings of the server for every connection of ours. Behind `options`, where the URL's own come later and win.
constexpr auto for_all = "-c search_path=sagad"
                         // A client that hangs or vanished in mid-transaction sets free what it locked: less than it
                         // takes until survivors count its node as dead.
                         " -c idle_in_transaction_session_timeout=2000"
                         // Rows are locked for the length of a commit. Who waits longer waits for one that hangs.
                         " -c lock_timeout=4000"
                         // The server's side of noticing a client that vanished.
                         " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                         " -c tcp_user_timeout=8000"
                         " -c client_connection_check_interval=2000";

constexpr auto for_nodes = // A batch takes milliseconds; one that takes this long is stuck.
    " -c statement_timeout=10000"
    // Every hot statement looks up a list of keys by an index. Plans made while a table was small, or by chance of
    // statistics, must not turn into scans of a table that has grown since; and replanning costs more than running.
    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
    " -c jit=off";

constexpr auto for_operators = // A person may ask for all orders there are, and waits.
    " -c statement_timeout=300000 -c jit=off";

std::string value_of(const parameters& p, const std::string& key) {
  const auto found = p.find(key);
  return found == p.end() ? std::string{} : found->second;
}

/// With a / ? or @ that should have been encoded, libpq takes the end of a password for a host or a database, and those
/// are shown.
bool is_ambiguous(std::string_view url) {
  const std::size_t at = url.find('@');
  return at != std::string_view::npos &&
         (at > url.find_first_of("/?", url.find("//") + 2) || url.find('@', at + 1) != std::string_view::npos);
}

/// Of several hosts each may have its own. What is none may be a password whose host was forgotten.
bool are_ports(std::string_view text) { return text.find_first_not_of("0123456789,") == std::string_view::npos; }

parameters parse(const std::string& url) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{PQconninfoParse(url.c_str(), &complaint),
                                                                             &PQconninfoFree};
  // Unused on purpose: it quotes the URL, which may hold a password.
  const std::unique_ptr<char, decltype(&PQfreemem)> dropped{complaint, &PQfreemem};
  const bool is_url = url.starts_with("postgresql://") || url.starts_with("postgres://");
  parameters said;
  for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o)
    if (o->val != nullptr)
      said.emplace(o->keyword, o->val);
  if (!options || !is_url || is_ambiguous(url) || !are_ports(value_of(said, "port")))
    throw failure{store_error::kind::unavailable,
                  "the store's URL cannot be read; it should look like postgresql://USER@HOST:PORT/DATABASE, with "
                  "special characters percent-encoded"};
  return said;
}

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + '\'';
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts{""};
  for (const char c : list)
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

std::string encoded(const std::string& text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string url;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain.find(c) != std::string_view::npos)
      url += c;
    else
      (url += '%').append({digits[byte / 16U], digits[byte % 16U]});
  }
  return url;
}

/// As a URL has them, h1:p1,h2:p2, from libpq's two lists; one port serves for all hosts.
std::string hosts_of(const std::string& hosts, const std::string& ports) {
  const std::vector<std::string> names = split(hosts);
  const std::vector<std::string> numbers = split(ports);
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_address = names[i].find(':') != std::string::npos; // IPv6
    text += (i > 0 ? "," : "") + (is_address ? '[' + names[i] + ']' : encoded(names[i]));
    if (const std::string& port = numbers[i < numbers.size() ? i : 0]; !port.empty())
      text += ':' + port;
  }
  return text;
}

/// Can be pasted where a URL is asked for, save for what may be secret.
std::string name_of(const parameters& said) {
  std::string name = "postgresql://";
  if (const auto user = value_of(said, "user"); !user.empty())
    name += encoded(user) + '@';
  return name + hosts_of(value_of(said, "host"), value_of(said, "port")) + '/' + encoded(value_of(said, "dbname"));
}

} // namespace

conninfo read_url(const std::string& url, purpose what_for, const std::string& as) {
  parameters all = parse(url);
  conninfo made{.text = {}, .name = name_of(all)};
  const std::string ours = std::string{for_all} + (what_for == purpose::drive ? for_nodes : for_operators);
  std::string& options = all["options"];
  options = options.empty() ? ours : ours + ' ' + options;
  all.insert(usual.begin(), usual.end());
  all.emplace("fallback_application_name", as);
  for (const auto& [key, value] : all)
    made.text += key + '=' + quoted(value) + ' ';
  return made;
}

std::optional<std::string> public_name(const std::string& url) {
  try {
    return name_of(parse(url));
  } catch (const failure&) {
    return std::nullopt;
  }
}

} // namespace sagad::postgres
