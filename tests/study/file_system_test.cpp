#include <catch2/catch.hpp>

#include "study/file_system.h"
#include "study/tags.h"
#include "support.h"

using namespace hwnas;

TEST_CASE("File systems that several machines share are told by their type") {
    CHECK(network_file_system_of_type(0x6969) == "NFS");
    CHECK(network_file_system_of_type(0xFE534D42) == "SMB2");
    CHECK(network_file_system_of_type(0x0BD00BD0) == "Lustre");
    CHECK_FALSE(network_file_system_of_type(0xEF53));      // ext4
    CHECK_FALSE(network_file_system_of_type(0x01021994));  // tmpfs
    const test::TemporaryFolder folder;
    CHECK_FALSE(network_file_system(folder.path() / "still/to/be/made.sqlite"));
}

TEST_CASE("Tags are sorted, each once") {
    CHECK(tags_text({"gpu", "board:pi4"}) == "board:pi4,gpu");
    CHECK(tags_of("gpu,board:pi4,,gpu") == std::set<std::string>{"board:pi4", "gpu"});
    CHECK(tags_of("").empty());
    CHECK(is_tag("board:pi-4_b.1"));
    CHECK_FALSE(is_tag("a,b"));
    CHECK_FALSE(is_tag(""));
}
