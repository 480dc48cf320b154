#include "job/ordered_tables.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "job/device_tables.h"
#include "job/worker_job.h"
#include "study/profile_queue.h"

namespace hwnas {
namespace {

class Orders {
public:
    Orders(const Job& job, const SearchWatcher& watcher)
        : job_(&job), watcher_(&watcher), space_(job.space), store_(open_profile_orders(store_address(job))) {
        for (const auto& device : job.devices)
            if (!device.measured_by.empty()) order(device);
    }

    bool wait(const std::stop_token& stop) {
        constexpr std::chrono::milliseconds between{500};
        std::mutex mutex;
        std::condition_variable_any stopped;
        while (!stop.stop_requested()) {
            std::erase_if(open_, [this](Open& open) { return ended(open); });
            if (open_.empty()) break;
            std::unique_lock lock(mutex);
            (void)stopped.wait_for(lock, stop, between, [] { return false; });
        }
        if (stop.stop_requested()) return false;
        if (!failures_.empty()) throw RunError(failures_);
        return true;
    }

private:
    struct Open {
        const JobDevice* device;
        std::string said;  ///< of whom it was told that they measure it
    };

    void say(const std::string& text) const {
        if (watcher_->message) watcher_->message(text);
    }

    void order(const JobDevice& device) {
        const auto table = load_or_start_table(device.table, device.config);
        const auto missing = missing_segments(space_, table).size();
        if (missing == 0) return;
        if (const auto state = store_->look(job_->name, device.name); state && take(device, *state)) return;
        ProfileOrder order;
        order.study = job_->name;
        order.device = device.name;
        order.place = place_of(*job_);
        order.needs = {device.measured_by};
        if (!table.rows.empty()) order.content = table.text();
        order.most_attempts = job_->most_attempts;
        store_->order(order);
        say(std::to_string(missing) + " segments are to be measured on " + device.name + " by a worker with " +
            device.measured_by + " (`hwnas worker " + store_address(*job_) + " --has " + device.measured_by + "`)");
        open_.push_back({&device, {}});
    }

    /// Writes the table's file, if it is whole.
    bool take(const JobDevice& device, const ProfileState& state) const {
        if (state.stage != ProfileState::Stage::done || state.content.empty()) return false;
        const auto table = CostTable::parse(state.content, "the table of " + device.name + " in the store");
        if (!missing_segments(space_, table).empty()) return false;
        table.save(device.table);
        return true;
    }

    bool ended(Open& open) {
        const auto& device = *open.device;
        const auto state = store_->look(job_->name, device.name);
        if (!state) return fail(device, "its order is gone");
        if (state->stage == ProfileState::Stage::claimed && state->host != open.said) {
            open.said = state->host;
            say(device.name + " is measured from " + state->host);
        }
        if (state->stage != ProfileState::Stage::done) return false;
        if (!state->error.empty()) return fail(device, state->error);
        if (!take(device, *state)) return fail(device, "its table is not whole");
        say(device.name + " is measured: " + device.table.string());
        return true;
    }

    bool fail(const JobDevice& device, const std::string& reason) {
        failures_ += (failures_.empty() ? "" : "\n") + device.name + " could not be measured: " + reason +
                     "; what was measured is kept, and --resume orders the rest";
        return true;
    }

    const Job* job_;
    const SearchWatcher* watcher_;
    CompiledSpace space_;
    std::shared_ptr<ProfileOrders> store_;
    std::vector<Open> open_;
    std::string failures_;
};

}  // namespace

bool orders_tables(const Job& job) {
    return std::any_of(job.devices.begin(), job.devices.end(),
                       [](const JobDevice& device) { return !device.measured_by.empty(); });
}

bool await_ordered_tables(const Job& job, const SearchWatcher& watcher, const std::stop_token& stop) {
    return Orders(job, watcher).wait(stop);
}

}  // namespace hwnas
