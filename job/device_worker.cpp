#include "job/device_worker.h"

#include <algorithm>

#include "job/device_tables.h"

namespace hwnas {
namespace {

using std::chrono::steady_clock;

/// The claim is somebody else's: what is measured further would not be kept.
class ClaimLost : public std::exception {};

class Measurement {
public:
    Measurement(const Job& job, const ProfileClaim& claim, ProfileQueue& queue,
                const std::function<void(const std::string&)>& say)
        : job_(&job), claim_(&claim), queue_(&queue), say_(&say) {}

    Measured run(const std::stop_token& stop) {
        std::string error;
        bool stopped = false;
        try {
            stopped = measure(stop);
        } catch (const ClaimLost&) {
            return Measured::lost;
        } catch (const std::exception& failure) {
            error = failure.what();
        }
        const auto end = stopped ? ProfileEnd::released : ProfileEnd::done;
        if (!queue_->keep(*claim_, content(), end, error)) return Measured::lost;
        if (stopped) return Measured::given_back;
        return error.empty() ? Measured::whole : Measured::failed;
    }

private:
    [[nodiscard]] std::string content() const { return table_ ? table_->text() : claim_->content; }

    /// True where it was stopped.
    bool measure(const std::stop_token& stop) {
        const auto device = std::find_if(job_->devices.begin(), job_->devices.end(),
                                         [this](const JobDevice& one) { return one.name == claim_->device; });
        if (device == job_->devices.end())
            throw RunError("the job of \"" + claim_->study.name + "\" has no device " + claim_->device);
        const CompiledSpace space(job_->space);
        table_ = claim_->content.empty()
                     ? load_or_start_table({}, device->config)
                     : CostTable::parse(claim_->content, "the table of " + device->name + " in the store");
        auto options = profile_options(*job_);
        options.say = *say_;
        options.rows.progress = [this](const ProfileProgress& progress) { keep_now_and_then(progress); };
        return profile_on_device(space, device->config, *table_, options, stop).stopped;
    }

    void keep_now_and_then(const ProfileProgress& progress) {
        constexpr std::chrono::seconds between{10};
        if (steady_clock::now() - kept_ < between || table_->rows.size() == rows_kept_) return;
        if (!queue_->keep(*claim_, content(), ProfileEnd::none, "")) throw ClaimLost();
        rows_kept_ = table_->rows.size();
        kept_ = steady_clock::now();
        (*say_)(claim_->device + ": " + std::to_string(progress.segments - progress.segments_left) + " of " +
                std::to_string(progress.segments) + " measured");
    }

    const Job* job_;
    const ProfileClaim* claim_;
    ProfileQueue* queue_;
    const std::function<void(const std::string&)>* say_;
    std::optional<CostTable> table_;
    std::size_t rows_kept_ = 0;
    steady_clock::time_point kept_ = steady_clock::now();
};

}  // namespace

Measured measure_device(const Job& job, const ProfileClaim& claim, ProfileQueue& queue,
                        const std::function<void(const std::string&)>& say, const std::stop_token& stop) {
    return Measurement(job, claim, queue, say).run(stop);
}

}  // namespace hwnas
