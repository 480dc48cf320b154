#include <catch2/catch.hpp>

#include "job/slurm.h"
#include "support.h"

using namespace hwnas;

namespace {

Job made_job() {
    Job job;
    job.name = "my study";
    job.out = "/shared/it's here";
    job.store = "postgresql://db/nas";
    job.by_workers = true;
    job.trials = 30;
    job.workers = 8;
    return job;
}

SlurmRequest made_request() {
    SlurmRequest request;
    request.program = "/opt/hwnas/bin/hwnas";
    request.job_file = "/home/me/job.json";
    request.overrides = {"store=postgresql://db/nas"};
    request.partition = "gpu";
    request.gres = "gpu:1";
    request.modules = {"cuda/12"};
    request.options = {"--account=me", "--time=4:00:00"};
    return request;
}

}  // namespace

TEST_CASE("a worker's script asks Slurm for what the user says, and becomes the worker") {
    auto job = made_job();
    job.needs = {"data:imagenet"};
    const auto script = worker_script(job, made_request());
    for (const char* line :
         {"#!/bin/bash\n", "#SBATCH --job-name=hwnas-my_study\n", "#SBATCH --partition=gpu\n", "#SBATCH --gres=gpu:1\n",
          "#SBATCH --signal=B:TERM@120\n", "#SBATCH --requeue\n", "#SBATCH --open-mode=append\n",
          "#SBATCH --account=me\n", "#SBATCH --time=4:00:00\n", "module load cuda/12\n"})
        CHECK_THAT(script, Catch::Contains(line));
    // The signal must reach the worker itself, so no shell stays before it.
    CHECK_THAT(script,
               Catch::Contains("exec /opt/hwnas/bin/hwnas worker postgresql://db/nas --study 'my study' --requeue"));
    CHECK_THAT(script, Catch::Contains("--has data:imagenet,gpu"));
    CHECK_THAT(script, Catch::Contains("HWNAS_RESUBMIT='/shared/it'\\''s here/slurm/worker.sh'"));
    // sbatch takes no option from below the first command.
    CHECK(script.rfind("#SBATCH") < script.find("module load"));
}

TEST_CASE("a search's script goes on with the study, on one processor without a GPU") {
    const auto script = search_script(made_job(), made_request());
    CHECK_THAT(script, Catch::Contains("#SBATCH --job-name=hwnas-my_study-search\n"));
    CHECK_THAT(script, Catch::Contains("exec /opt/hwnas/bin/hwnas search /home/me/job.json --resume --requeue"));
    CHECK_THAT(script, Catch::Contains("--set store=postgresql://db/nas"));
    CHECK_THAT(script, !Catch::Contains("gpu:1"));
}

TEST_CASE("a file of SQLite is refused for several nodes, and taken for one") {
    auto job = made_job();
    auto request = made_request();
    check_shared_store(job, request);
    job.store = "/shared/study.sqlite";
    CHECK_THAT(test::input_error_of([&] { check_shared_store(job, request); }),
               Catch::Contains("a file of SQLite") && Catch::Contains("postgresql://"));
    request.options.emplace_back("--nodelist=node[1-2]");
    CHECK_FALSE(test::input_error_of([&] { check_shared_store(job, request); }).empty());
    request.options.back() = "--nodelist=node1";
    CHECK(test::input_error_of([&] { check_shared_store(job, request); }).empty());
    job.by_workers = false;
    CHECK_THAT(test::input_error_of([&] { check_shared_store(job, request); }), Catch::Contains("evaluate"));
}
