using Touchline.Collectors.Host.Services;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host.Services;

public sealed class NtpFlagsTests
{
    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.3.2.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("pool.ntp.org", false, false)]
    [InlineData("localhost", false, false)]
    [InlineData("10.0.0.1", false, false)]
    [InlineData("10.0.0.1", true, true)]
    public void Server_is_on_this_host_unless_it_is_certified(string server, bool isCertified, bool isTaken)
    {
        var values = NodeFlagValues.Defaults.With(NtpFlags.Server, server).With(NtpFlags.IsLocal, isCertified ? "true" : "false");

        Assert.Equal(isTaken, !values.Mistakes(NtpFlags.Server).Any());
    }

    [Fact]
    public void Numbers_out_of_range_and_durations_that_are_none_are_mistakes()
    {
        (NodeFlag Flag, string Value)[] wrong =
        [
            (NtpFlags.Port, "0"), (NtpFlags.Port, "65536"), (NtpFlags.Version, "1"), (NtpFlags.Version, "5"), (NtpFlags.Hops, "x"), (NtpFlags.Tolerance, "-1ms"), (NtpFlags.MaxDistance, "3"),
        ];

        Assert.All(wrong, setting => Assert.Single(NodeFlagValues.Defaults.With(setting.Flag, setting.Value).Mistakes(setting.Flag)));
    }
}
