#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>
#include <catch2/catch.hpp>
#include <set>

#include "core/error.h"
#include "made_data.h"
#include "train/dataset.h"

using namespace hwnas;
using namespace hwnas::train;
using test::TemporaryFolder;
using test::write;

namespace {

std::string big_endian(std::uint32_t value) {
    return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
            static_cast<char>(value)};
}

std::string idx_images(std::uint32_t count, std::uint32_t height, std::uint32_t width) {
    std::string text = std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(height) + big_endian(width);
    for (std::uint32_t i = 0; i < count * height * width; ++i) text += static_cast<char>(i % 251);
    return text;
}

std::string idx_labels(std::uint32_t count, std::uint32_t classes) {
    std::string text = std::string("\0\0\x08\x01", 4) + big_endian(count);
    for (std::uint32_t i = 0; i < count; ++i) text += static_cast<char>(i % classes);
    return text;
}

void write_gzip(const std::filesystem::path& path, const std::string& content) {
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
}

void write_idx_folder(const std::filesystem::path& folder) {
    write(folder / "train-images-idx3-ubyte", idx_images(40, 5, 4));
    write(folder / "train-labels-idx1-ubyte", idx_labels(40, 3));
    write_gzip(folder / "t10k-images-idx3-ubyte.gz", idx_images(9, 5, 4));
    write_gzip(folder / "t10k-labels-idx1-ubyte.gz", idx_labels(9, 3));
}

DatasetOptions options(const std::string& format, const TemporaryFolder& folder, std::int64_t validation = 10) {
    return {format, folder.path(), validation};
}

std::string cifar_batch(int images, bool hundred) {
    std::string text;
    for (int i = 0; i < images; ++i) {
        if (hundred) text += static_cast<char>(i % 20);
        text += static_cast<char>(i % 10);
        text += std::string(1024, static_cast<char>(10 + i)) + std::string(1024, static_cast<char>(100)) +
                std::string(1024, static_cast<char>(200));
    }
    return text;
}

std::string message_of(const DatasetOptions& what, const Shape& input) {
    try {
        (void)load_dataset(what, input);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

std::string grey_image(char level) { return "P5\n# a comment\n4 4\n255\n" + std::string(16, level); }

}  // namespace

TEST_CASE("an IDX folder is read plain and gzipped, and split without loss") {
    const TemporaryFolder folder;
    write_idx_folder(folder.path());
    const Dataset dataset = load_dataset(options("idx", folder), {1, 5, 4});
    CHECK(dataset.classes == 3);
    CHECK(dataset.training.count() == 30);
    CHECK(dataset.validation.count() == 10);
    CHECK(dataset.test.count() == 9);
    CHECK(dataset.test.image(1)[0] == 20);
    CHECK(dataset.test.labels[4] == 1);
    // Each of the 40 images, told apart by its first pixel, stands in one part.
    std::multiset<int> first_pixels, expected;
    for (const Images* part : {&dataset.training, &dataset.validation})
        for (std::int64_t i = 0; i < part->count(); ++i) {
            first_pixels.insert(part->image(i)[0]);
            CHECK(part->image(i)[1] == (part->image(i)[0] + 1) % 251);
        }
    for (int i = 0; i < 40; ++i) expected.insert(i * 20 % 251);
    CHECK(first_pixels == expected);
    const Dataset again = load_dataset(options("idx", folder), {1, 5, 4});
    CHECK(again.validation.pixels == dataset.validation.pixels);
}

TEST_CASE("broken IDX files are input errors that name the file") {
    const TemporaryFolder folder;
    write_idx_folder(folder.path());
    const auto images = folder.path() / "train-images-idx3-ubyte";
    const std::string whole = idx_images(40, 5, 4);
    const auto message = [&] { return message_of(options("idx", folder), {1, 5, 4}); };
    CHECK(message() == "no error");

    write(images, whole.substr(0, whole.size() - 1));
    CHECK_THAT(message(), Catch::Contains(images.string()) && Catch::Contains("expected 800 bytes") &&
                              Catch::Contains("found 799"));
    write(images, whole + "x");
    CHECK_THAT(message(), Catch::Contains("found 801"));
    write(images, whole.substr(0, 7));
    CHECK_THAT(message(), Catch::Contains("header"));
    write(images, idx_labels(40, 3) + std::string(16, 'x'));
    CHECK_THAT(message(), Catch::Contains("3 dimensions"));
    write(images, std::string("\0\0\x08\x03", 4) + std::string(12, '\xff'));
    CHECK_THAT(message(), Catch::Contains("4 GiB"));
    write(images, whole);
    write(folder.path() / "train-labels-idx1-ubyte", idx_labels(39, 3));
    CHECK_THAT(message(), Catch::Contains("40 labels") && Catch::Contains("found 39"));
    write(folder.path() / "train-labels-idx1-ubyte", idx_labels(40, 2));
    CHECK_THAT(message(), Catch::Contains("test labels below 2"));
    std::filesystem::remove(images);
    CHECK_THAT(message(), Catch::Contains("none"));
}

TEST_CASE("a gzip file that stops early is an input error") {
    const TemporaryFolder folder;
    write_idx_folder(folder.path());
    const auto path = folder.path() / "t10k-images-idx3-ubyte.gz";
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    CHECK_THAT(message_of(options("idx", folder), {1, 5, 4}),
               Catch::Contains(path.string()) && Catch::Contains("gzip"));
}

TEST_CASE("a dataset that does not fit the network is refused with both sizes") {
    const TemporaryFolder folder;
    write_idx_folder(folder.path());
    const auto what = options("idx", folder);
    const Dataset dataset = load_dataset(what, {1, 5, 4});
    Graph good({1, 5, 4});
    good.add("flatten", op::Flatten{}, {0});
    Graph other_size({1, 28, 28});
    other_size.add("flatten", op::Flatten{}, {0});
    Graph other_classes = good;
    good.add("scores", op::Gemm{3, true}, {1});
    other_size.add("scores", op::Gemm{3, true}, {1});
    other_classes.add("scores", op::Gemm{10, true}, {1});
    CHECK_NOTHROW(check_fits(dataset, what, good));
    CHECK_THROWS_WITH(check_fits(dataset, what, other_size), Catch::Contains("1x28x28") && Catch::Contains("1x5x4"));
    CHECK_THROWS_WITH(check_fits(dataset, what, other_classes),
                      Catch::Contains("10 classes") && Catch::Contains("found 3"));
    CHECK_THAT(message_of(options("idx", folder, 40), {1, 5, 4}), Catch::Contains("validation_images"));
    CHECK_THAT(message_of({"idx", "/nowhere", 1}, {1, 5, 4}), Catch::Contains("no such folder"));
}

TEST_CASE("CIFAR's binary batches become RGB pixels with their labels") {
    const TemporaryFolder folder;
    for (int i = 1; i <= 5; ++i)
        write(folder.path() / ("data_batch_" + std::to_string(i) + ".bin"), cifar_batch(4, false));
    write(folder.path() / "test_batch.bin", cifar_batch(3, false));
    write(folder.path() / "train.bin", cifar_batch(5, true));
    write(folder.path() / "test.bin", cifar_batch(2, true));
    const Dataset ten = load_dataset(options("cifar10", folder, 2), {3, 32, 32});
    CHECK(ten.classes == 10);
    CHECK(ten.training.count() == 18);
    CHECK(ten.test.labels == std::vector<std::int32_t>{0, 1, 2});
    CHECK(ten.test.image(2)[3] == 12);
    CHECK(ten.test.image(2)[4] == 100);
    CHECK(ten.test.image(2)[5] == 200);
    const Dataset hundred = load_dataset(options("cifar100", folder, 2), {3, 32, 32});
    CHECK(hundred.classes == 100);
    CHECK(hundred.test.labels == std::vector<std::int32_t>{0, 1});

    std::filesystem::resize_file(folder.path() / "data_batch_3.bin", 3073 * 4 - 1);
    CHECK_THAT(message_of(options("cifar10", folder, 2), {3, 32, 32}),
               Catch::Contains("data_batch_3.bin") && Catch::Contains("3073"));
    write(folder.path() / "data_batch_3.bin", std::string(3073, '\x0b'));
    CHECK_THAT(message_of(options("cifar10", folder, 2), {3, 32, 32}), Catch::Contains("found 11"));
    std::filesystem::remove(folder.path() / "data_batch_3.bin");
    CHECK_THAT(message_of(options("cifar10", folder, 2), {3, 32, 32}), Catch::Contains("data_batch_3.bin"));
}

TEST_CASE("images by class folder are read, converted and resized") {
    const TemporaryFolder folder;
    for (const char* part : {"train", "val"}) {
        write(folder.path() / part / "cats" / "1.pgm", grey_image('\x10'));
        write(folder.path() / part / "cats" / "2.PGM", grey_image('\x20'));
        write(folder.path() / part / "dogs" / "1.ppm", "P6 2 2 255\n" + std::string(12, '\x30'));
        write(folder.path() / part / "dogs" / "notes.txt", "not an image");
    }
    const Dataset dataset = load_dataset(options("image-folder", folder, 1), {3, 2, 2});
    CHECK(dataset.classes == 2);
    CHECK(dataset.training.count() + dataset.validation.count() == 3);
    CHECK(dataset.test.labels == std::vector<std::int32_t>{0, 0, 1});
    CHECK(dataset.test.pixels == std::vector<std::uint8_t>([] {
              std::vector<std::uint8_t> pixels;
              for (const int level : {0x10, 0x20, 0x30})
                  pixels.insert(pixels.end(), 12, static_cast<std::uint8_t>(level));
              return pixels;
          }()));

    write(folder.path() / "train" / "dogs" / "2.ppm", "P6 2 2 255\n" + std::string(11, '\x30'));
    CHECK_THAT(message_of(options("image-folder", folder, 1), {3, 2, 2}),
               Catch::Contains("2.ppm") && Catch::Contains("12 bytes"));
    write(folder.path() / "train" / "dogs" / "2.ppm", "P3 2 2 255 1 2 3");
    CHECK_THAT(message_of(options("image-folder", folder, 1), {3, 2, 2}), Catch::Contains("P5 or P6"));
    std::filesystem::remove(folder.path() / "train" / "dogs" / "2.ppm");
    write(folder.path() / "val" / "birds" / "1.pgm", grey_image('\x10'));
    CHECK_THAT(message_of(options("image-folder", folder, 1), {3, 2, 2}), Catch::Contains("birds"));
    std::filesystem::remove_all(folder.path() / "val");
    CHECK_THAT(message_of(options("image-folder", folder, 1), {3, 2, 2}), Catch::Contains("test/ (or val/)"));
}

TEST_CASE("PNG images are read, and broken ones named") {
    const TemporaryFolder folder;
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = image.height = 2;
    image.format = PNG_FORMAT_RGB;
    const std::vector<std::uint8_t> pixels{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    for (const char* part : {"train", "test"})
        for (const char* name : {"1.png", "2.png"}) {
            std::filesystem::create_directories(folder.path() / part / "all");
            REQUIRE(png_image_write_to_file(&image, (folder.path() / part / "all" / name).c_str(), 0, pixels.data(), 0,
                                            nullptr) != 0);
        }
    const Dataset dataset = load_dataset(options("image-folder", folder, 1), {3, 2, 2});
    CHECK(dataset.training.pixels == pixels);
    const auto broken = folder.path() / "test" / "all" / "1.png";
    std::filesystem::resize_file(broken, std::filesystem::file_size(broken) - 20);
    CHECK_THAT(message_of(options("image-folder", folder, 1), {3, 2, 2}), Catch::Contains(broken.string()));
}

TEST_CASE("JPEG images are read in grey and in colours, and broken ones named") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "train" / "all" / "1.jpg";
    // Smooth, so that what the format loses is little: red from left to right, green from top to bottom.
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 16; ++x)
            for (const int value : {x * 16, y * 16, 64}) pixels.push_back(static_cast<std::uint8_t>(value));
    const tjhandle compressor = tjInitCompress();
    unsigned char* made = nullptr;
    unsigned long size = 0;
    REQUIRE(tjCompress2(compressor, pixels.data(), 16, 0, 16, TJPF_RGB, &made, &size, TJSAMP_444, 100, 0) == 0);
    const std::string whole(reinterpret_cast<const char*>(made), size);
    tjFree(made);
    tjDestroy(compressor);
    write(path, whole);
    write(folder.path() / "train" / "all" / "2.JPEG", whole);
    write(folder.path() / "test" / "all" / "1.jpg", whole);
    const Dataset colours = load_dataset(options("image-folder", folder, 1), {3, 16, 16});
    int worst = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
        worst = std::max(worst, std::abs(colours.test.pixels[i] - pixels[i]));
    CHECK(worst <= 4);
    const Dataset grey = load_dataset(options("image-folder", folder, 1), {1, 16, 16});
    // ITU-R BT.601's luminance of the middle.
    const double expected = 0.299 * 8 * 16 + 0.587 * 8 * 16 + 0.114 * 64;
    CHECK(std::abs(grey.test.pixels[8 * 16 + 8] - expected) <= 4);

    const auto message = [&](const std::string& content) {
        write(path, content);
        return message_of(options("image-folder", folder, 1), {3, 16, 16});
    };
    CHECK_THAT(message(whole.substr(0, whole.size() / 2)), Catch::Contains(path.string()) && Catch::Contains("JPEG"));
    CHECK_THAT(message("no image"), Catch::Contains(path.string()));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string flipped = whole;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
        CAPTURE(i);
        CHECK_NOTHROW(message(flipped));  // other pixels, or an input error
    }
}

TEST_CASE("resizing averages areas when shrinking and interpolates when growing") {
    const Images four{1, 2, 2, {0, 100, 200, 100}, {7}};
    CHECK(resized(four, 1, 1).pixels == std::vector<std::uint8_t>{100});
    CHECK(resized(four, 1, 1).labels == std::vector<std::int32_t>{7});
    CHECK(resized(four, 2, 2).pixels == four.pixels);
    // Centres of the new pixels lie at -0.25, 0.25, 0.75, 1.25 of the old ones.
    const Images wide{1, 1, 2, {0, 100}, {0}};
    CHECK(resized(wide, 1, 4).pixels == std::vector<std::uint8_t>{0, 25, 75, 100});
    const Images three{1, 1, 3, {0, 90, 30}, {0}};
    CHECK(resized(three, 1, 2).pixels == std::vector<std::uint8_t>{30, 50});
}

TEST_CASE("a subset is drawn by its seed, without repeats") {
    const Images images = test::made_images(50, 1);
    const Images some = subset(images, 20, 3);
    CHECK(some.count() == 20);
    CHECK(some.pixels == subset(images, 20, 3).pixels);
    CHECK(some.pixels != subset(images, 20, 4).pixels);
    CHECK(subset(images, 0, 3).pixels == images.pixels);
}
