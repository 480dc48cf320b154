#include <algorithm>

#include "core/error.h"
#include "train/dataset.h"
#include "train/image_formats.h"

namespace hwnas::train {
namespace {

std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& folder, bool folders) {
    std::vector<std::filesystem::path> entries;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (folders ? entry.is_directory() : entry.is_regular_file() && is_image_file(entry.path()))
            entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

Images read_part(const std::filesystem::path& folder, const std::vector<std::string>& classes, const Shape& input) {
    Images part{input[0], input[1], input[2], {}, {}};
    for (std::size_t label = 0; label < classes.size(); ++label) {
        const auto class_folder = folder / classes[label];
        if (!std::filesystem::is_directory(class_folder))
            throw InputError(
                {class_folder.string(), "a folder of images for the class \"" + classes[label] + "\"", "none", ""});
        const auto files = sorted_entries(class_folder, false);
        if (files.empty())
            throw InputError({class_folder.string(), "images that end in " + image_endings(), "none", ""});
        for (const auto& file : files) {
            Images image = read_image(file, input[0]);
            image.labels.push_back(0);
            image = resized(image, input[1], input[2]);
            part.pixels.insert(part.pixels.end(), image.pixels.begin(), image.pixels.end());
            part.labels.push_back(static_cast<std::int32_t>(label));
        }
    }
    return part;
}

}  // namespace

Parts read_image_folder(const std::filesystem::path& folder, const Shape& input) {
    if (input[0] != 1 && input[0] != 3)
        throw InputError({folder.string(), "a network for images of 1 or 3 channels", to_string(input), ""});
    const auto training = folder / "train";
    auto test = folder / "test";
    if (!std::filesystem::is_directory(test)) test = folder / "val";
    for (const auto& part : {training, test})
        if (!std::filesystem::is_directory(part))
            throw InputError({folder.string(), "the folders train/ and test/ (or val/), each with a folder a class",
                              "no " + part.filename().string() + "/", "see dataset.path"});
    std::vector<std::string> classes;
    for (const auto& entry : sorted_entries(training, true)) classes.push_back(entry.filename().string());
    if (classes.empty()) throw InputError({training.string(), "a folder of images for each class", "none", ""});
    for (const auto& entry : sorted_entries(test, true))
        if (std::find(classes.begin(), classes.end(), entry.filename().string()) == classes.end())
            throw InputError({entry.string(), "a class that " + training.string() + " has too", "one it lacks", ""});
    return {static_cast<std::int64_t>(classes.size()), read_part(training, classes, input),
            read_part(test, classes, input)};
}

}  // namespace hwnas::train
