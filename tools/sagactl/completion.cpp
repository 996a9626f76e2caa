#include "tools/sagactl/completion.hpp"

#include <vector>

namespace sagad::ctl {

namespace {

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string words_after(const CLI::App& app) {
  std::string words;
  for (const CLI::App* const verb : verbs_of(app))
    words += verb->get_name() + ' ';
  for (const CLI::Option* const option : app.get_options())
    for (const std::string& name : option->get_lnames())
      words += "--" + name + ' ';
  return words;
}

/// `"order list") words="..." ;;` for the app and all below it.
void add_cases(std::string& cases, const CLI::App& app, const std::string& path) {
  cases += "    \"" + path + "\") words=\"" + words_after(app) + "\" ;;\n";
  for (const CLI::App* const verb : verbs_of(app))
    add_cases(cases, *verb, path.empty() ? verb->get_name() : path + ' ' + verb->get_name());
}

/// Every path there is, in quotes, as patterns of one `case`.
void add_paths(std::string& paths, const CLI::App& app, const std::string& path) {
  for (const CLI::App* const verb : verbs_of(app)) {
    const std::string below = path.empty() ? verb->get_name() : path + ' ' + verb->get_name();
    paths += (paths.empty() ? "\"" : "|\"") + below + '"';
    add_paths(paths, *verb, below);
  }
}

} // namespace

std::string bash_completion(const CLI::App& app) {
  std::string paths;
  add_paths(paths, app, "");
  std::string cases;
  add_cases(cases, app, "");
  const std::string name = app.get_name();
  return "# Completion of " + name + " for bash:  source <(" + name + " completion bash)\n" + //
         "_" + name + R"(() {
  local path="" word words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    case "${path:+$path }$word" in
    )" + paths +
         R"() path="${path:+$path }$word" ;;
    esac
  done
  case "${COMP_WORDS[COMP_CWORD - 1]}" in
    -o|--output) words="table json jsonl ids" ;;
    *)
    case "$path" in
)" + cases +
         R"(    esac
    words="$words --store --output --who" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _)" +
         name + ' ' + name + '\n';
}

} // namespace sagad::ctl
