#include "space/block_family.h"

namespace hwnas {
namespace {

class PoolFamily final : public BlockFamily {
public:
    std::string help() const override { return "Pooling."; }

    StageTraits traits() const override { return {StageTraits::Filters::none, false, true}; }

    std::vector<BlockField> fields() const override {
        return {fields::word("kind", {"max", "average"}, "max", "what of each window comes out"),
                fields::whole("kernel", {1, 63}, 3, "height and width of the window"),
                fields::word("padding", {"same", "valid"}, "same", "by half of the kernel, or none"),
                fields::flag("ceil", false, "a last window that reaches beyond the map counts (of max pooling)")};
    }

    void append(Graph& graph, const Block& block) const override {
        const auto kernel = block.whole("kernel");
        const auto pad = block.word("padding") == "same" ? (kernel - 1) / 2 : 0;
        op::Pool pool;
        pool.kind = block.word("kind") == "max" ? op::Pool::Kind::max : op::Pool::Kind::average;
        pool.kernel = {kernel, kernel};
        pool.stride = {block.stride, block.stride};
        pool.pads = {pad, pad, pad, pad};
        pool.ceil = block.flag("ceil");
        graph.add(block.name + ".pool", pool, {graph.output()});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_pool_family() { return std::make_unique<PoolFamily>(); }

}  // namespace hwnas
