#include "adapters/sqlite/payment_ledger.hpp"

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

namespace {

constexpr auto debit = "UPDATE wallets SET balance = balance - ?2 WHERE customer = ?1 AND balance >= ?2";
constexpr auto select_balance = "SELECT balance, credited FROM wallets WHERE customer = ?1";
constexpr auto open_wallet = "INSERT INTO wallets (customer, balance, credited) VALUES (?1, ?2, ?2) "
                             "ON CONFLICT DO NOTHING";
constexpr auto insert_charge = "INSERT INTO charges (saga, step, customer, amount) VALUES (?1, ?2, ?3, ?4)";
constexpr auto undo_charge = "UPDATE charges SET undone = 1 WHERE saga = ?1 AND step = ?2 AND undone = 0 "
                             "RETURNING customer, amount";
constexpr auto refund = "UPDATE wallets SET balance = balance + ?2 WHERE customer = ?1";
constexpr auto credit_both = "UPDATE wallets SET balance = balance + ?2, credited = credited + ?2 WHERE customer = ?1";
constexpr auto select_all = "SELECT customer, balance FROM wallets ORDER BY customer";

} // namespace

payment_ledger::payment_ledger(const connection& on)
    : debit_(on, debit), select_balance_(on, select_balance), open_wallet_(on, sqlite::open_wallet),
      insert_charge_(on, insert_charge), undo_charge_(on, undo_charge), refund_(on, refund), credit_(on, credit_both),
      select_all_(on, select_all) {}

ledger_answer payment_ledger::apply(const effect_key& key, const charge& what, checkout::money initial_credit) {
  bool debited = debit_.run(what.customer.value, what.amount) == 1;
  if (!debited) {
    open_wallet(what.customer, initial_credit);
    debited = debit_.run(what.customer.value, what.amount) == 1;
  }
  if (!debited)
    return insufficient_fund(select_balance_.integer(what.customer.value).value_or(0), what.amount);
  insert_charge_.run(key.saga, key.step, what.customer.value, what.amount);
  return done();
}

void payment_ledger::reverse(const effect_key& key) {
  std::string customer;
  checkout::money amount = 0;
  const bool found = undo_charge_.first(
      [&](const row& r) {
        customer = r.text(0);
        amount = r.integer(1);
      },
      key.saga, key.step);
  if (!found || refund_.run(customer, amount) != 1)
    throw failure{store_error::kind::corrupt, "a charge that was recorded, or its wallet, is missing"};
}

void payment_ledger::open_wallet(const customer_id& customer, checkout::money initial_credit) {
  open_wallet_.run(customer.value, initial_credit);
}

std::optional<wallet> payment_ledger::credit(const customer_id& customer, checkout::money amount,
                                             checkout::money initial_credit) {
  open_wallet(customer, initial_credit);
  std::optional<checkout::money> balance;
  select_balance_.first(
      [&](const row& r) {
        if (raised(r.integer(1), amount))
          balance = raised(r.integer(0), amount);
      },
      customer.value);
  if (!balance)
    return std::nullopt;
  credit_.run(customer.value, amount);
  return wallet{.customer = customer, .balance = *balance};
}

std::optional<wallet> payment_ledger::find(const customer_id& customer) {
  const auto balance = select_balance_.integer(customer.value);
  if (!balance)
    return std::nullopt;
  return wallet{.customer = customer, .balance = *balance};
}

std::vector<wallet> payment_ledger::all() {
  std::vector<wallet> found;
  select_all_.each(
      [&](const row& r) { found.push_back({.customer = customer_id{r.text(0)}, .balance = r.integer(1)}); });
  return found;
}

} // namespace sagad::sqlite
