#include "adapters/postgres/book_writer.hpp"

#include "adapters/postgres/failure.hpp"
#include "adapters/postgres/key_columns.hpp"

namespace sagad::postgres {

namespace {

constexpr statement insert_inbox{"insert_inbox",
                                 "INSERT INTO inbox (saga, step, recorded, kind, code, detail, result) "
                                 "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], "
                                 "$6::text[], $7::text[])"};
constexpr statement undo_inbox{"undo_inbox", "UPDATE inbox i SET recorded = 'undone' "
                                             "FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
                                             "WHERE i.saga = u.saga AND i.step = u.step AND i.recorded = 'succeeded'"};
constexpr statement insert_charges{"insert_charges",
                                   "INSERT INTO charges (saga, step, customer, amount, undone) SELECT * FROM "
                                   "unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[])"};
constexpr statement undo_charges{"undo_charges", "UPDATE charges c SET undone = true "
                                                 "FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
                                                 "WHERE c.saga = u.saga AND c.step = u.step AND NOT c.undone"};
constexpr statement insert_units{"insert_units",
                                 "INSERT INTO reserved_units (saga, step, sku, units, released) SELECT * FROM "
                                 "unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[])"};
constexpr statement release_units{"release_units", "UPDATE reserved_units r SET released = true "
                                                   "FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
                                                   "WHERE r.saga = u.saga AND r.step = u.step AND NOT r.released"};
constexpr statement insert_shipments{"insert_shipments",
                                     "INSERT INTO shipments (saga, step, customer, cancelled) SELECT * FROM "
                                     "unnest($1::text[], $2::text[], $3::text[], $4::boolean[])"};
constexpr statement cancel_shipments{"cancel_shipments",
                                     "UPDATE shipments s SET cancelled = true "
                                     "FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
                                     "WHERE s.saga = u.saga AND s.step = u.step AND NOT s.cancelled"};
constexpr statement open_wallets{
    "open_wallets", "INSERT INTO wallets (customer, balance, credited) "
                    "SELECT customer, $2, $2 FROM unnest($1::text[]) AS u(customer) ON CONFLICT DO NOTHING"};
constexpr statement change_wallets{"change_wallets",
                                   "UPDATE wallets w SET balance = w.balance + u.change "
                                   "FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS u(customer, change, needed) "
                                   "WHERE w.customer = u.customer AND w.balance >= u.needed"};
constexpr statement change_shelves{"change_shelves",
                                   "UPDATE stock s SET available = s.available + u.change, "
                                   "reserved = s.reserved - u.change "
                                   "FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS u(sku, change, needed) "
                                   "WHERE s.sku = u.sku AND s.available >= u.needed"};

struct new_inbox : key_columns {
  array_literal recorded, kind, code, detail, result;
};
struct new_charges : key_columns {
  array_literal customer, amount, undone;
};
struct new_units : key_columns {
  array_literal item, units, released;
};
struct new_shipments : key_columns {
  array_literal customer, cancelled;
};

/// Everything that is to be written of the pages, column by column.
struct changes {
  new_inbox inbox;
  new_charges charges;
  new_units units;
  new_shipments shipments;
  key_columns undone, undone_charges, released, cancelled;
  std::size_t units_released = 0;

  void add(const effect_key& key, const page& p) {
    if (!p.is_stored && p.known.what != recorded::nothing)
      add_new(key, p);
    if (p.is_stored && p.is_reversed)
      add_reversed(key, p);
  }

private:
  void add_new(const effect_key& key, const page& p) {
    const json& result = p.known.answer.result;
    inbox.add(key);
    inbox.recorded.add(to_string(p.known.what));
    inbox.kind.add(p.known.kind);
    inbox.code.add(p.known.answer.code);
    inbox.detail.add(p.known.answer.detail);
    inbox.result.add(result.is_null() ? std::nullopt : std::optional{result.dump()});
    if (p.known.what == recorded::succeeded || p.is_reversed)
      add_effect(key, p);
  }

  void add_effect(const effect_key& key, const page& p) {
    if (p.known.kind == kind_of(charge{})) {
      charges.add(key);
      charges.customer.add(p.customer.value);
      charges.amount.add(p.amount);
      charges.undone.add(p.is_reversed);
    } else if (p.known.kind == kind_of(shipment{})) {
      shipments.add(key);
      shipments.customer.add(p.customer.value);
      shipments.cancelled.add(p.is_reversed);
    }
    for (const checkout::order_line& line : p.units) {
      units.add(key);
      units.item.add(line.item.value);
      units.units.add(line.count);
      units.released.add(p.is_reversed);
    }
  }

  void add_reversed(const effect_key& key, const page& p) {
    undone.add(key);
    if (p.known.kind == kind_of(charge{}))
      undone_charges.add(key);
    if (p.known.kind == kind_of(shipment{}))
      cancelled.add(key);
    if (p.known.kind == kind_of(reservation{}))
      released.add(key);
    units_released += p.units.size();
  }
};

/// The levels that are not what they were, or have to be enough.
struct level_columns {
  array_literal key, change, needed;

  void add(const std::string& name, const level& l) {
    if (l.change == 0 && l.needed == 0)
      return;
    key.add(name);
    change.add(l.change);
    needed.add(l.needed);
  }
};

/// Fewer rows than that: somebody else was there first.
void require(const pqxx::result& changed, std::size_t count) {
  if (changed.affected_rows() != count)
    throw conflict{};
}

class writer {
public:
  writer(connection& on, pqxx::transaction_base& t) : on_(on), t_(t) {}

  void insert(const changes& c) {
    if (!c.inbox.saga.empty())
      on_.run(t_, insert_inbox, c.inbox.saga.text(), c.inbox.step.text(), c.inbox.recorded.text(), c.inbox.kind.text(),
              c.inbox.code.text(), c.inbox.detail.text(), c.inbox.result.text());
    if (!c.charges.saga.empty())
      on_.run(t_, insert_charges, c.charges.saga.text(), c.charges.step.text(), c.charges.customer.text(),
              c.charges.amount.text(), c.charges.undone.text());
    if (!c.units.saga.empty())
      on_.run(t_, insert_units, c.units.saga.text(), c.units.step.text(), c.units.item.text(), c.units.units.text(),
              c.units.released.text());
    if (!c.shipments.saga.empty())
      on_.run(t_, insert_shipments, c.shipments.saga.text(), c.shipments.step.text(), c.shipments.customer.text(),
              c.shipments.cancelled.text());
  }

  void reverse(const changes& c) {
    change(undo_inbox, c.undone, c.undone.saga.size());
    change(undo_charges, c.undone_charges, c.undone_charges.saga.size());
    change(release_units, c.released, c.units_released);
    change(cancel_shipments, c.cancelled, c.cancelled.saga.size());
  }

  /// Whoever opens a wallet that another session opens too, and went by no exact level, draws from the other's.
  void write(const std::map<std::string, wallet_level>& wallets, checkout::money initial_credit) {
    array_literal opened;
    level_columns changed;
    for (const auto& [customer, w] : wallets) {
      if (w.is_new)
        opened.add(customer);
      changed.add(customer, w.balance);
    }
    if (!opened.empty())
      on_.run(t_, open_wallets, opened.text(), initial_credit);
    change(change_wallets, changed);
  }

  void write(const std::map<std::string, level>& shelves) {
    level_columns changed;
    for (const auto& [item, l] : shelves)
      changed.add(item, l);
    change(change_shelves, changed);
  }

private:
  void change(const statement& what, const level_columns& levels) {
    if (!levels.key.empty())
      require(on_.run(t_, what, levels.key.text(), levels.change.text(), levels.needed.text()), levels.key.size());
  }

  void change(const statement& what, const key_columns& keys, std::size_t count) {
    if (!keys.saga.empty())
      require(on_.run(t_, what, keys.saga.text(), keys.step.text()), count);
  }

  connection& on_;
  pqxx::transaction_base& t_;
};

} // namespace

void write_back(connection& on, pqxx::transaction_base& t, const book& b) {
  changes c;
  for (const auto& [key, p] : b.pages)
    c.add(key, p);
  writer w{on, t};
  w.insert(c);
  w.reverse(c);
  w.write(b.wallets, b.initial_credit());
  w.write(b.shelves);
}

} // namespace sagad::postgres
