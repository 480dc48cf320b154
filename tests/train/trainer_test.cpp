#include <catch2/catch.hpp>

#include "core/files.h"
#include "graph/weights.h"
#include "made_data.h"
#include "train/trainer.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

Json ask(Trainer& trainer, const Json& request) { return Json::parse(trainer.answer(request.dump())); }

/// 120 coloured images of the four classes in CIFAR's format.
void write_cifar(const std::filesystem::path& folder) {
    const Images images = test::made_images(120, 1, 32, 3);
    const auto batch = [&](std::int64_t first, std::int64_t end) {
        std::string text;
        for (std::int64_t n = first; n < end; ++n) {
            text += static_cast<char>(images.labels[static_cast<std::size_t>(n)]);
            for (int c = 0; c < 3; ++c)
                for (int p = 0; p < 1024; ++p) text += static_cast<char>(images.image(n)[p * 3 + c]);
        }
        return text;
    };
    for (int i = 0; i < 5; ++i)
        test::write(folder / ("data_batch_" + std::to_string(i + 1) + ".bin"), batch(i * 20, i * 20 + 20));
    test::write(folder / "test_batch.bin", batch(100, 120));
}

Json train_request(const test::TemporaryFolder& folder) {
    return {{"id", 12},
            {"task", "train"},
            {"architecture", {{"stage1", {{"op", "conv"}}}}},
            {"graph", to_json(test::made_network({3, 32, 32}, 10))},
            {"seed", 5},
            {"budget", {{"epochs", 2}, {"batch", 20}, {"learning_rate", 0.02}, {"rate_test", true}}},
            {"dataset", {{"format", "cifar10"}, {"path", folder.path()}, {"validation_images", 20}}},
            {"initial_weights", ""},
            {"artifacts", folder.path() / "artifacts"}};
}

}  // namespace

TEST_CASE("describe names the engine and its versions") {
    Trainer trainer;
    const Json answer = ask(trainer, {{"id", 1}, {"task", "describe"}});
    CHECK(answer["id"] == 1);
    CHECK(answer["context"]["engine"] == "libtorch");
    CHECK(answer["context"]["version"].get<std::string>().find('.') != std::string::npos);
    CHECK(answer["context"].contains("blas"));
}

TEST_CASE("measure gives the times of one burst") {
    Trainer trainer;
    const Json request = {{"id", 2},          {"task", "measure"}, {"graph", to_json(test::made_network())},
                          {"batch", 2},       {"threads", 1},      {"data_type", "float32"},
                          {"warmup_runs", 1}, {"least_runs", 4},   {"least_milliseconds", 0}};
    const Json answer = ask(trainer, request);
    INFO(answer.dump());
    REQUIRE(answer["milliseconds"].size() == 4);
    for (const auto& time : answer["milliseconds"]) CHECK(time.get<double>() > 0);
    Json other = request;
    other["data_type"] = "int8";
    CHECK_THAT(ask(trainer, other)["error"].get<std::string>(), Catch::Contains("float32"));
}

TEST_CASE("LibTorch's reasons are told without where in LibTorch they arose") {
    Trainer trainer;
    Graph graph({64, 4096, 4096});  // whose input is larger than any memory
    graph.add("pool", op::GlobalAveragePool{}, {graph.output()});
    const Json answer = ask(trainer, {{"id", 3}, {"task", "measure"}, {"graph", to_json(graph)}, {"batch", 65536}});
    const auto error = answer["error"].get<std::string>();
    CHECK_THAT(error, Catch::Contains("allocate"));
    CHECK_THAT(error, !Catch::Contains("Exception raised from") && !Catch::Contains("frame #"));
}

TEST_CASE("a training is answered with figures and weights that forward can use") {
    const test::TemporaryFolder folder;
    write_cifar(folder.path());
    Trainer trainer;
    const Json answer = ask(trainer, train_request(folder));
    INFO(answer.dump());
    REQUIRE_FALSE(answer.contains("error"));
    CHECK(answer["id"] == 12);
    CHECK(answer["values"]["top1"].get<double>() >= 0);
    CHECK(answer["values"].contains("test_top1"));
    CHECK(answer["details"]["epochs"].size() == 2);
    CHECK(answer["details"]["images"] == 160);
    CHECK(answer["cpu_seconds"].get<double>() > 0);
    const std::string hash = answer["weights"];
    const Weights weights = load_weights(folder.path() / "artifacts", hash);
    CHECK_NOTHROW(check_weights(test::made_network({3, 32, 32}, 10), weights, hash));

    const auto file = folder.path() / "artifacts" / (hash + ".safetensors");
    const Json output = ask(trainer, {{"id", 13},
                                      {"task", "forward"},
                                      {"graph", to_json(test::made_network({3, 32, 32}, 10))},
                                      {"weights", file},
                                      {"batch", 2},
                                      {"input", std::vector<float>(2 * 3 * 32 * 32, 0.5F)}});
    INFO(output.dump());
    CHECK(output["output"].size() == 20);

    SECTION("the same request gives the same weights") {
        CHECK(ask(trainer, train_request(folder))["weights"] == hash);
    }
    SECTION("a parent's weights are a start") {
        Json request = train_request(folder);
        request["initial_weights"] = file;
        const Json child = ask(trainer, request);
        INFO(child.dump());
        REQUIRE_FALSE(child.contains("error"));
        CHECK(child["weights"] != hash);
    }
    SECTION("a narrower network's weights are not stored") {
        Json request = train_request(folder);
        request["budget"]["width_scale"] = 0.5;
        request["budget"]["resolution"] = 16;
        const Json narrow = ask(trainer, request);
        INFO(narrow.dump());
        REQUIRE_FALSE(narrow.contains("error"));
        CHECK(narrow["weights"] == "");
    }
}

TEST_CASE("a training whose loss is above what was asked for ends there, and says so") {
    const test::TemporaryFolder folder;
    write_cifar(folder.path());
    Trainer trainer;
    const auto request = [&](double after_first, double after_second) {
        Json asked = train_request(folder);
        asked["budget"]["epochs"] = 3;
        asked["give_up"] = {{{"epoch", 1}, {"train_loss", after_first}}, {{"epoch", 2}, {"train_loss", after_second}}};
        return ask(trainer, asked);
    };
    const Json whole = request(100, 100);
    INFO(whole.dump());
    REQUIRE(whole["details"]["epochs"].size() == 3);
    CHECK_FALSE(whole["details"].contains("given_up_after"));
    const Json first = request(0, 0);
    REQUIRE(first["details"]["epochs"].size() == 1);
    CHECK(first["details"]["given_up_after"] == 1);
    CHECK(first["details"]["epochs"][0] == whole["details"]["epochs"][0]);
    CHECK(first["values"]["top1"] == first["details"]["epochs"][0]["validation_top1"]);
    CHECK_FALSE(first["values"].contains("test_top1"));
    CHECK_FALSE(first["weights"].get<std::string>().empty());
    CHECK(request(100, 0)["details"]["given_up_after"] == 2);

    Json wrong = train_request(folder);
    wrong["give_up"] = {{{"epoch", 0}}};
    const auto error = ask(trainer, wrong)["error"].get<std::string>();
    CHECK_THAT(error, Catch::Contains("/give_up/0/epoch") && Catch::Contains("train_loss"));
}

TEST_CASE("whatever is wrong with a request is an answer, and the next one is served") {
    const test::TemporaryFolder folder;
    write_cifar(folder.path());
    Trainer trainer;
    const auto error = [&](const Json& request) {
        const Json answer = ask(trainer, request);
        INFO(answer.dump());
        REQUIRE(answer.contains("error"));
        CHECK(answer["id"] == request["id"]);
        return answer["error"].get<std::string>();
    };
    const Json broken = Json::parse(trainer.answer("{\"id\": 3, "));
    CHECK(broken["id"].is_null());
    CHECK(broken.contains("error"));
    CHECK(Json::parse(trainer.answer("[1, 2]")).contains("error"));
    CHECK(Json::parse(trainer.answer("\xff\xfe")).contains("error"));
    CHECK_THAT(error({{"id", 4}, {"task", "dance"}}), Catch::Contains("\"dance\""));
    CHECK_THAT(error({{"id", 5}}), Catch::Contains("\"task\""));
    CHECK_THAT(error({{"id", "six"}, {"task", "measure"}}), Catch::Contains("\"graph\""));

    Json request = train_request(folder);
    request["graph"]["nodes"][0]["filters"] = -1;
    CHECK_THAT(error(request), Catch::Contains("filters"));
    request = train_request(folder);
    request["budget"]["step"] = 3;
    CHECK_THAT(error(request), Catch::Contains("did you mean \"steps\"?"));
    request = train_request(folder);
    request["sed"] = 3;
    CHECK_THAT(error(request), Catch::Contains("\"sed\""));
    request = train_request(folder);
    request["budget"]["learning_rate"] = 1e5;
    CHECK_THAT(error(request), Catch::Contains("diverged"));
    request = train_request(folder);
    request["graph"] = to_json(test::made_network({3, 28, 28}, 10));
    CHECK_THAT(error(request), Catch::Contains("3x28x28"));
    request = train_request(folder);
    request["initial_weights"] = folder.path() / "none.safetensors";
    CHECK_THAT(error(request), Catch::Contains("none.safetensors"));
    CHECK_FALSE(ask(trainer, {{"id", 9}, {"task", "describe"}}).contains("error"));
}
