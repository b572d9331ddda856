using System.Buffers.Binary;
using Touchline.Collectors.Host.Services;

namespace Touchline.Collectors.Tests.Host.Services;

public sealed class NtpAnswerTests
{
    private const ulong Cookie = 42;

    [Theory]
    [InlineData(0x83AA7E80, 0)]
    [InlineData(0xFFFFFFFF, 2_085_978_495)]
    // Beyond 2036 the seconds begin again.
    [InlineData(0, 2_085_978_496)]
    [InlineData(1, 2_085_978_497)]
    public void Times_are_of_the_era_that_they_can_be_of(uint seconds, long unix)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, seconds);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], 0x80000000);

        Assert.Equal(unix * 1_000_000_000 + 500_000_000, NtpTime.Timestamp(bytes));
    }

    [Fact]
    public void Offset_round_trip_and_error_come_from_the_four_times()
    {
        var answer = new NtpAnswer(0, 1, 0, 0, 0, Received: 1_000, Transmitted: 1_010, Sent: 100, Arrived: 130);

        Assert.Equal((890, 20, 880), (answer.Offset, answer.RoundTrip, answer.LeastError));
    }

    [Fact]
    public void Short_answers_and_clocks_that_run_backwards_are_refused()
    {
        var bytes = new byte[NtpAnswer.Bytes];
        bytes[0] = 4;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(32), 0xE000_0002_0000_0000);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(40), 0xE000_0001_0000_0000);

        Assert.Contains("backwards", Assert.Throws<FormatException>(() => NtpAnswer.Read(bytes, Cookie, 0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("47 bytes", Assert.Throws<FormatException>(() => NtpAnswer.Read(bytes.AsSpan(1), Cookie, 0, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => NtpAnswer.Read(bytes, Cookie + 1, 0, 1));
    }
}
