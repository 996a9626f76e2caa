#include "workflows/saga_graph.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sagad {

namespace {

// Not every version of Mermaid takes a hyphen in a node's id.
std::string id_of_node(std::string_view name) {
  std::string id{name};
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

/// One drawing in the making.
class drawing {
public:
  explicit drawing(const definition& def) : def_(def) {}

  std::string finish() {
    declare_nodes();
    for (std::size_t i = 0; i < def_.steps.size(); ++i)
      draw_way_forward(i);
    for (std::size_t i = 0; i < def_.steps.size(); ++i)
      draw_troubles(i);
    for (std::size_t i = def_.steps.size(); i-- > 0;)
      draw_way_back(i);
    draw_held();
    return std::move(text_);
  }

private:
  void declare_nodes() {
    line("accepted([accepted])");
    for (const saga_step& step : def_.steps) {
      const bool pivot = step.kind == step_kind::pivot;
      line(id_of_node(step.name) + (pivot ? "{{" : "[") + std::string{step.name} + (pivot ? "}}" : "]"));
    }
    line("completed([completed])");
    for (const saga_step& step : def_.steps)
      if (step.has_undo())
        line(id_of_node(step.undo.name) + "[/" + std::string{step.undo.name} + "/]");
    line("rolled_back([rolled_back])");
    line("held([held for a person])");
  }

  void draw_way_forward(std::size_t i) {
    if (i == 0)
      arrow("accepted", "-->", def_.steps[0].name);
    const bool is_compensable = def_.steps[i].kind == step_kind::compensable;
    arrow(def_.steps[i].name, is_compensable ? "-->" : "==>", after(i));
  }

  void draw_troubles(std::size_t i) {
    const saga_step& step = def_.steps[i];
    if (step.kind == step_kind::retriable)
      return arrow(step.name, "-.->|refused, exhausted|", "held");
    arrow(step.name, "-.->|refused|", before(i));
    if (step.has_undo())
      arrow(step.name, "-.->|in doubt, cancelled|", step.undo.name);
    else
      arrow(step.name, "-.->|in doubt|", "held");
  }

  void draw_way_back(std::size_t i) {
    const saga_step& step = def_.steps[i];
    if (!step.has_undo())
      return;
    if (step.kind == step_kind::pivot)
      arrow(step.undo.name, "-.->|it had happened|", after(i));
    arrow(step.undo.name, "-->", before(i));
  }

  void draw_held() {
    std::string undos;
    for (const saga_step& step : def_.steps)
      if (step.has_undo())
        undos += (undos.empty() ? "" : " & ") + id_of_node(step.undo.name);
    if (!undos.empty())
      line(undos + " -.->|exhausted| held");
  }

  /// What comes after step `i` has happened.
  std::string_view after(std::size_t i) const {
    return i + 1 < def_.steps.size() ? def_.steps[i + 1].name : "completed";
  }

  /// What comes after step `i` has not happened, or is undone.
  std::string_view before(std::size_t i) const { return i > 0 ? def_.steps[i - 1].undo.name : "rolled_back"; }

  void arrow(std::string_view from, std::string_view how, std::string_view to) {
    line(id_of_node(from) + ' ' + std::string{how} + ' ' + id_of_node(to));
  }

  void line(const std::string& what) { text_ += "  " + what + '\n'; }

  const definition& def_;
  std::string text_ = "flowchart TB\n";
};

} // namespace

std::string to_mermaid(const definition& def) { return drawing{def}.finish(); }

} // namespace sagad
