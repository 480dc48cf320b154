#pragma once

#include <vector>

#include "core/json_reader.h"
#include "space/stage.h"

namespace hwnas {

/// Reads `constraints`, `[{"stages": ["stage1"], "where": {"kernel": 5}, "require":
/// {"resolution": {"least": 14}}}]`, and gives each rule to the stages that it is about,
/// with the choices of earlier stages that it needs. A name is a choice of the stage, of the
/// whole space, `STAGE.CHOICE` of an earlier stage, or `resolution` or `channels` of what
/// enters the stage. Without `stages` a rule is about every stage that has the choices it
/// names. Problems go to the document.
void read_rules(const JsonValue& list, std::vector<Stage>& stages);

/// The stage of choices that are the whole space's.
inline constexpr const char* shared_stage = "shared";

}  // namespace hwnas
