#include "study/fidelity.h"

#include <catch2/catch.hpp>

using namespace hwnas;

TEST_CASE("A trial without notes of its fidelity is one in full") {
    Trial trial;
    CHECK(is_in_full(trial));
    CHECK(fidelity_of(trial).cost == 1);
    trial.notes = nullptr;
    CHECK(is_in_full(trial));
}

TEST_CASE("Fidelity is kept in the notes") {
    Trial trial;
    trial.notes = fidelity_notes({0.5, 0.25});
    trial.notes["tokens"] = 3;
    trial.notes = Json::parse(trial.notes.dump());
    CHECK(fidelity_of(trial).share == 0.5);
    CHECK(fidelity_of(trial).cost == 0.25);
    CHECK_FALSE(is_in_full(trial));
    trial.notes = fidelity_notes({1, 0.25});
    CHECK(is_in_full(trial));
}

TEST_CASE("Shares that are none count as one") {
    Trial trial;
    for (const char* notes : {R"({"fidelity": 3})", R"({"fidelity": {"share": "x", "cost": -1}})",
                              R"({"fidelity": {"share": 0, "cost": 2}})", R"({"fidelity": {}})"}) {
        trial.notes = Json::parse(notes);
        CAPTURE(notes);
        CHECK(is_in_full(trial));
        CHECK(fidelity_of(trial).cost == 1);
    }
}
