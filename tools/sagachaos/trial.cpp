#include "tools/sagachaos/trial.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "adapters/memory/memory_store.hpp"
#include "tools/sagachaos/customers.hpp"
#include "tools/sagachaos/final_check.hpp"
#include "tools/sagachaos/process.hpp"
#include "tools/sagachaos/recording_participants.hpp"
#include "tools/sagachaos/scripted_store.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::chaos {

namespace {

/// How far time goes before somebody looks.
constexpr milliseconds stride{250};
/// Promise 4 is held to this: every accepted order has ended, whatever one or two faults did.
constexpr milliseconds end_max{120'000};
/// After everything rests: whatever is still under way arrives.
constexpr milliseconds aftermath{2'500};
constexpr int resumptions_max = 3;
/// Beyond the pivot, and for a day where a definition says so: longer than a run may take.
constexpr milliseconds patience_after_pivot{600'000};

settings_by_step brisk_steps(const definition& d) {
  const auto brisk = [](const retry_policy& p) {
    step_settings s{.reply_timeout = step_timeout,
                    .attempts = p.attempts_max == attempts_unlimited ? p.attempts_max : attempts_max,
                    .backoff_initial = milliseconds{100},
                    .backoff_max = milliseconds{400},
                    .total_timeout = {}};
    if (p.total_timeout > milliseconds{0})
      s.total_timeout = patience_after_pivot;
    return s;
  };
  settings_by_step all;
  for (const saga_step& each : d.steps) {
    all.emplace(each.name, brisk(each.retry));
    if (each.has_undo())
      all.emplace(each.undo.name, brisk(each.undo.retry));
  }
  return all;
}

std::shared_ptr<const saga_catalog> catalog_of(const definition& d) {
  auto catalog = std::make_shared<saga_catalog>();
  if (const auto added = catalog->add(d, brisk_steps(d)); !added)
    throw std::invalid_argument{added.error()};
  return catalog;
}

/// A small world with one node, its participants, its broker and its customers.
class stage {
public:
  stage(const subject& of, const scenario& tells, std::span<const planned_fault> faults, std::uint64_t seed, bool told);
  ~stage();
  trial_result play() &&;

private:
  using names = std::vector<std::string>;

  process_config config_of(std::string name, bool orchestrates, names plays);
  void stock_the_shop();
  std::size_t settle_others();
  void pass(milliseconds duration);
  template <class Condition>
  bool pass_until(Condition come_true, milliseconds patience);
  bool are_all_at_rest() const;
  bool is_all_quiet() const;
  void resume_what_is_held();

  const subject& of_;
  const scenario& tells_;
  virtual_time time_;
  journey run_;
  witness sees_{run_};
  agenda later_{time_.clock()};
  go_between between_;
  std::shared_ptr<const saga_catalog> catalog_;
  std::shared_ptr<memory::broker> broker_;
  std::unique_ptr<process> node_;
  /// With the shop's own participants elsewhere.
  std::unique_ptr<process> participants_;
  /// With others.
  std::unique_ptr<recording_participants> recording_;
  std::unique_ptr<customers> outside_;
};

stage::stage(const subject& of, const scenario& tells, std::span<const planned_fault> faults, std::uint64_t seed,
             bool told)
    : of_(of), tells_(tells), run_(faults, told), between_(of.between ? of.between() : go_between{}),
      catalog_(catalog_of(*of.saga)) {
  if (seed != 0)
    time_.interleave_by(seed);
  const names all = participants_of(*of.saga);
  broker_ = memory::make_broker({.participants = all});
  broker_->declare(std::string{customers_queue});
  broker_->declare(std::string{events_queue}, "#");
  time_.also_settle([this] { return settle_others(); });
  run_.starts(time_.clock());
  const struck_bus::surroundings around{.run = run_, .sees = sees_, .later = later_};
  node_ = std::make_unique<process>(time_, config_of("node", true, tells.together ? all : names{}), around);
  if (of.with_money_and_stock && !tells.together)
    participants_ = std::make_unique<process>(time_, config_of("participants", false, all), around);
  else if (!tells.together)
    recording_ = std::make_unique<recording_participants>(of, broker_, later_, sees_);
  outside_ = std::make_unique<customers>(tells, *broker_, *node_, time_, run_);
  stock_the_shop();
}

stage::~stage() {
  outside_->end();
  for (process* each : {node_.get(), participants_.get()})
    if (each != nullptr)
      each->end();
  time_.settle();
}

process_config stage::config_of(std::string name, bool orchestrates, names plays) {
  process_config c{.name = std::move(name), .orchestrates = orchestrates, .plays = std::move(plays)};
  c.begins = of_.saga;
  c.catalog = catalog_;
  c.broker = broker_;
  c.between = between_;
  if (orchestrates)
    c.scripted = [this](std::shared_ptr<store> behind) {
      return std::make_shared<scripted_store>(std::move(behind), of_, tells_);
    };
  return c;
}

void stage::stock_the_shop() {
  const sku unit{std::string{unit_sold}};
  const auto office = memory::open_back_office(node_->world(), *of_.saga);
  if (!office->set_price(unit, unit_price))
    throw std::logic_error{"the shop in memory takes no price"};
  const auto shelves = memory::open_back_office(participants_ ? participants_->world() : node_->world(), *of_.saga);
  if (tells_.stock > 0 && !shelves->add_stock(unit, tells_.stock))
    throw std::logic_error{"the shop in memory takes no stock"};
}

// --- time ----------------------------------------------------------------------------------------------------

std::size_t stage::settle_others() {
  std::size_t done = broker_->pump() + later_.attend();
  for (process* each : {node_.get(), participants_.get()})
    if (each != nullptr)
      done += each->tend();
  return done;
}

void stage::pass(milliseconds duration) {
  outside_->attend();
  time_.pass(duration);
  outside_->attend();
}

template <class Condition>
bool stage::pass_until(Condition come_true, milliseconds patience) {
  for (const moment end = time_.now() + patience; !come_true();) {
    if (time_.now() >= end)
      return false;
    pass(stride);
  }
  return true;
}

// --- the play ------------------------------------------------------------------------------------------------

bool stage::are_all_at_rest() const {
  const auto& orders = node_->world()->orders;
  return outside_->are_all_answered() && std::all_of(orders.begin(), orders.end(), [](const auto& o) {
           return has_ended(o.second.now) || o.second.now.state == saga_state::held;
         });
}

bool stage::is_all_quiet() const {
  return later_.empty() && node_->is_at_peace() && (!participants_ || participants_->is_at_peace()) &&
         node_->world()->unpublished.empty();
}

/// Where the scenario does not say that it stays held.
void stage::resume_what_is_held() {
  for (const scripted_order& o : tells_.orders) {
    const auto known = node_->world()->orders.find(saga_id{o.id.value});
    const bool may_stay =
        std::any_of(o.may_end.begin(), o.may_end.end(), [](const auto& e) { return e.state == saga_state::held; });
    if (!may_stay && known != node_->world()->orders.end() && known->second.now.state == saga_state::held)
      outside_->resume(o.id);
  }
}

trial_result stage::play() && {
  if (participants_)
    participants_->open();
  node_->open();
  time_.settle();
  bool rests = false;
  for (int i = 0; i <= resumptions_max; ++i) {
    rests = pass_until([this] { return are_all_at_rest(); }, end_max);
    resume_what_is_held();
    if (!rests || outside_->are_all_answered())
      break;
  }
  if (!pass_until([this] { return is_all_quiet(); }, end_max) && rests)
    run_.break_promise(promise::facts_are_true, "facts stay unpublished long after everything has calmed");
  pass(aftermath);
  check_everything({.told = tells_,
                    .saga = *of_.saga,
                    .orders = *node_->world(),
                    .effects = participants_ ? *participants_->world() : *node_->world(),
                    .recorded = recording_ ? &recording_->inbox() : nullptr,
                    .events = broker_->take(std::string{events_queue}),
                    .outside = *outside_},
                   run_);
  return {.broken = run_.broken(), .points = run_.points(), .lines = run_.lines(), .lasted = run_.so_far()};
}

} // namespace

trial_result run_trial(const subject& of, const scenario& tells, std::span<const planned_fault> faults,
                       std::uint64_t seed, bool told) {
  return stage{of, tells, faults, seed, told}.play();
}

} // namespace sagad::chaos
