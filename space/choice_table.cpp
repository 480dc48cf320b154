#include "space/choice_table.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

/// Combinations that a group of terms may have before its terms are kept one by one.
constexpr double most_combinations = 65536;
constexpr double most_listed = 4194304;
/// Of a soft maximum: beyond it the greater of two alone counts.
constexpr double most_exponent = 1000;

using Choices = std::vector<std::size_t>;

double combinations(const CategoricalSpace& space, const Choices& choices) {
    double count = 1;
    for (const std::size_t choice : choices) count *= static_cast<double>(space.choices()[choice].values.size());
    return count;
}

std::size_t size_of(const CategoricalSpace& space, std::size_t choice) { return space.choices()[choice].values.size(); }

/// The mixed-radix number of some choices' values, the last varying fastest.
std::size_t number_of(const CategoricalSpace& space, const Choices& choices, const Encoding& encoding) {
    std::size_t number = 0;
    for (const std::size_t choice : choices) number = number * size_of(space, choice) + encoding[choice];
    return number;
}

/// What the terms add up to for each combination of some choices' values.
std::vector<double> summed(const CategoricalSpace& space, const Choices& choices,
                           const std::vector<ChoiceTable::Term>& terms) {
    std::vector<double> sums(static_cast<std::size_t>(combinations(space, choices)), 0.0);
    for (const auto& term : terms) {
        std::vector<std::size_t> numbers{0};
        for (const std::size_t choice : choices) {
            const auto condition = std::find_if(term.conditions.begin(), term.conditions.end(),
                                                [choice](const auto& other) { return other.first == choice; });
            std::vector<std::size_t> longer;
            for (const std::size_t number : numbers)
                for (std::size_t value = 0; value < size_of(space, choice); ++value)
                    if (condition == term.conditions.end() || condition->second == value)
                        longer.push_back(number * size_of(space, choice) + value);
            numbers = std::move(longer);
        }
        for (const std::size_t number : numbers) sums[number] += term.value;
    }
    return sums;
}

/// The choices of a term, and of what is interchangeable with them: a canonical
/// form within these needs no other choice.
Choices closed(const CategoricalSpace& space, Choices choices) {
    for (const auto& set : space.interchangeable())
        if (std::find_first_of(choices.begin(), choices.end(), set.choices.begin(), set.choices.end()) != choices.end())
            choices.insert(choices.end(), set.choices.begin(), set.choices.end());
    std::sort(choices.begin(), choices.end());
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
    return choices;
}

/// Terms by their choices; a set within another one is added to that.
std::map<Choices, std::vector<ChoiceTable::Term>> grouped(const CategoricalSpace& space,
                                                          std::vector<ChoiceTable::Term> terms) {
    std::map<Choices, std::vector<ChoiceTable::Term>> groups;
    for (auto& term : terms) {
        Choices choices;
        for (const auto& condition : term.conditions) choices.push_back(condition.first);
        groups[closed(space, std::move(choices))].push_back(std::move(term));
    }
    std::vector<Choices> sets;
    for (const auto& [choices, its_terms] : groups) sets.push_back(choices);
    std::stable_sort(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (std::size_t i = 0; i < sets.size(); ++i)
        for (std::size_t j = i + 1; j < sets.size(); ++j) {
            if (!std::includes(sets[j].begin(), sets[j].end(), sets[i].begin(), sets[i].end()) ||
                combinations(space, sets[j]) > most_combinations)
                continue;
            auto node = groups.extract(sets[i]);
            auto& target = groups[sets[j]];
            std::move(node.mapped().begin(), node.mapped().end(), std::back_inserter(target));
            break;
        }
    return groups;
}

ChoiceTable::Term read_term(const JsonValue& value, const CategoricalSpace& space) {
    JsonObject object(value);
    ChoiceTable::Term term;
    const auto conditions = object.required("if");
    term.value = object.required("value").number();
    if (!conditions.present()) return term;
    JsonObject named(conditions);
    const auto names = named.keys();
    if (conditions.is_object() && names.empty()) conditions.problem("at least one choice and its value");
    for (const auto& name : names) {
        const auto wanted = named.required(name);
        const auto choice = find_choice(space.choices(), name, wanted);
        if (!choice) continue;
        if (const auto index = find_value(space.choices()[*choice], wanted))
            term.conditions.emplace_back(*choice, *index);
    }
    return term;
}

std::vector<ChoiceTable::Term> read_terms(const JsonValue& value, const CategoricalSpace& space) {
    std::vector<ChoiceTable::Term> terms;
    for (const auto& item : value.items()) {
        auto term = read_term(item, space);
        if (!term.conditions.empty()) terms.push_back(std::move(term));
    }
    return terms;
}

/// (a^p + b^p)^(1 / p) of what is above 0; the greater one is taken out, so that nothing overflows.
double soft_maximum(double a, double b, double exponent) {
    const double greater = std::max({a, b, 0.0});
    const double less = std::max(std::min(a, b), 0.0);
    if (less == 0) return greater;
    return greater * std::pow(1 + std::pow(less / greater, exponent), 1 / exponent);
}

}  // namespace

ChoiceTable::ChoiceTable(const CategoricalSpace& space, std::string unit, double constant, std::vector<Term> terms)
    : ChoiceTable(space, std::move(unit)) {
    constant_ = constant;
    for (auto& [choices, its_terms] : grouped(space, std::move(terms))) {
        if (combinations(space, choices) > most_combinations) {
            std::move(its_terms.begin(), its_terms.end(), std::back_inserter(sparse_));
            continue;
        }
        const auto sums = summed(space, choices, its_terms);
        add_group(choices, [&, &members = choices](const Encoding& encoding) {
            return sums[number_of(space, members, encoding)];
        });
    }
}

ChoiceTable ChoiceTable::load(const std::filesystem::path& path, const CategoricalSpace& space) {
    auto document = JsonDocument::load(path);
    auto table = read(JsonValue(document), space);
    document.throw_problems();
    return table;
}

ChoiceTable ChoiceTable::read(const JsonValue& value, const CategoricalSpace& space) {
    JsonObject object(value);
    const std::string unit = object.required("unit").text();
    const double constant = object.number("constant", 0);
    ChoiceTable table(space, unit, constant, read_terms(object.required("terms"), space));
    if (const auto given = object.optional("floor")) {
        JsonObject floor(*given);
        const double floor_constant = floor.number("constant", 0);
        const auto terms = floor.optional("terms");
        table.set_floor({space, unit, floor_constant, terms ? read_terms(*terms, space) : std::vector<Term>{}},
                        floor.number("exponent", most_exponent, {1, most_exponent}));
    }
    table.about_.device = object.text("device", "");
    table.about_.quantity = object.text("quantity", "");
    table.about_.amortised = object.text("amortised", "");
    table.about_.batch = object.integer("batch", 0, {0, 1 << 20});
    if (const auto source = object.optional("source")) table.about_.source = source->json();
    if (const auto held_out = object.optional("held_out")) table.about_.held_out = held_out->json();
    return table;
}

void ChoiceTable::set_floor(ChoiceTable floor, double exponent) {
    floor_ = std::make_shared<const ChoiceTable>(std::move(floor));
    exponent_ = exponent;
}

ChoiceTable ChoiceTable::listing(const CategoricalSpace& space, std::string unit,
                                 const std::function<double(const Encoding&)>& figure) {
    if (space.encoding_count() > most_listed)
        throw InputError({"space \"" + space.name() + "\"",
                          "at most " + std::to_string(static_cast<std::int64_t>(most_listed)) +
                              " encodings, for a figure that is listed for each",
                          Json(space.encoding_count()).dump(), "give the figure as a table of choices"});
    ChoiceTable table(space, std::move(unit));
    Choices all(space.choices().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    table.add_group(std::move(all), figure);
    return table;
}

void ChoiceTable::add_group(Choices choices, const std::function<double(const Encoding&)>& figure) {
    Group group;
    std::size_t count = 1;
    for (const std::size_t choice : choices) {
        group.sizes.push_back(size_of(*space_, choice));
        count *= group.sizes.back();
    }
    group.choices = std::move(choices);
    const std::size_t last = group.choices.size();
    group.least.resize(last + 1);
    auto& figures = group.least[last];
    figures.reserve(count);
    Encoding encoding(space_->choices().size(), 0);
    for (std::size_t number = 0; number < count; ++number) {
        std::size_t rest = number;
        for (std::size_t i = last; i-- > 0; rest /= group.sizes[i])
            encoding[group.choices[i]] = static_cast<std::uint8_t>(rest % group.sizes[i]);
        figures.push_back(figure(space_->canonical(encoding)));
    }
    for (std::size_t k = last; k-- > 0;) {
        const auto& longer = group.least[k + 1];
        for (auto from = longer.begin(); from != longer.end(); from += static_cast<std::ptrdiff_t>(group.sizes[k]))
            group.least[k].push_back(*std::min_element(from, from + static_cast<std::ptrdiff_t>(group.sizes[k])));
    }
    groups_.push_back(std::move(group));
}

double ChoiceTable::operator()(const Encoding& encoding) const { return least(encoding); }

double ChoiceTable::least(std::span<const std::uint8_t> prefix) const {
    const double sum = sum_least(prefix);
    if (!floor_) return sum;
    // It grows with both, so the least of both bounds it.
    return sign_ * soft_maximum(sign_ * sum, sign_ * floor_->least(prefix), exponent_);
}

double ChoiceTable::sum_least(std::span<const std::uint8_t> prefix) const {
    double sum = constant_;
    for (const auto& group : groups_) {
        std::size_t number = 0;
        std::size_t k = 0;
        for (; k < group.choices.size() && group.choices[k] < prefix.size(); ++k)
            number = number * group.sizes[k] + prefix[group.choices[k]];
        sum += group.least[k][number];
    }
    return sparse_.empty() ? sum : sum + sparse_least(prefix);
}

double ChoiceTable::sparse_least(std::span<const std::uint8_t> prefix) const {
    const bool whole = prefix.size() == space_->choices().size();
    Encoding encoding(prefix.begin(), prefix.end());
    if (whole) encoding = space_->canonical(std::move(encoding));
    // Before the end an interchangeable value may yet move: only what can't is decided.
    const auto decided = [&](std::size_t choice) {
        if (whole) return true;
        const auto moves = [choice](const auto& set) {
            return std::find(set.choices.begin(), set.choices.end(), choice) != set.choices.end();
        };
        return choice < prefix.size() &&
               std::none_of(space_->interchangeable().begin(), space_->interchangeable().end(), moves);
    };
    double sum = 0;
    for (const auto& term : sparse_) {
        bool open = false;
        bool possible = true;
        for (const auto& [choice, value] : term.conditions) {
            if (!decided(choice))
                open = true;
            else
                possible = possible && encoding[choice] == value;
        }
        if (possible) sum += open ? std::min(0.0, term.value) : term.value;
    }
    return sum;
}

bool ChoiceTable::least_is_reached() const {
    std::vector<bool> seen(space_->choices().size(), false);
    for (const auto& group : groups_)
        for (const std::size_t choice : group.choices) {
            if (seen[choice]) return false;
            seen[choice] = true;
        }
    return sparse_.empty() && (!floor_ || (floor_->groups_.empty() && floor_->sparse_.empty() && !floor_->floor_));
}

std::optional<std::vector<FigurePart>> ChoiceTable::parts() const {
    if (floor_ || !sparse_.empty()) return std::nullopt;
    std::vector<FigurePart> parts;
    for (const auto& group : groups_) parts.push_back({group.choices, group.least.back()});
    return parts;
}

ChoiceTable ChoiceTable::negated() const {
    ChoiceTable table(*space_, unit_);
    table.about_ = about_;
    table.exponent_ = exponent_;
    table.sign_ = -sign_;
    if (floor_) table.floor_ = std::make_shared<const ChoiceTable>(floor_->negated());
    table.constant_ = -constant_;
    table.sparse_ = sparse_;
    for (auto& term : table.sparse_) term.value = -term.value;
    for (const auto& group : groups_)
        table.add_group(group.choices, [this, &group](const Encoding& encoding) {
            return -group.least.back()[number_of(*space_, group.choices, encoding)];
        });
    return table;
}

}  // namespace hwnas
