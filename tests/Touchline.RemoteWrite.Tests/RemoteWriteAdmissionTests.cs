using Microsoft.Extensions.Time.Testing;

namespace Touchline.RemoteWrite.Tests;

public sealed class RemoteWriteAdmissionTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bytes_in_flight_are_bounded_and_come_free_again()
    {
        using var admission = new RemoteWriteAdmission(new RemoteWriteOptions { MaxBytesInFlight = 100 }, _time);
        Assert.True(admission.TryHold(60));
        Assert.False(admission.TryHold(41));
        Assert.Equal(60, admission.BytesInFlight);
        Assert.Equal(1, admission.BytesRefused);
        Assert.True(admission.TryHold(40));
        admission.Release(100);
        Assert.Equal(0, admission.BytesInFlight);
    }

    [Fact]
    public async Task Who_finds_no_place_waits_and_gets_the_next_one()
    {
        using var admission = new RemoteWriteAdmission(new RemoteWriteOptions { MaxConcurrency = 1 }, _time);
        Assert.True(await admission.EnterAsync(default));
        var second = admission.EnterAsync(default).AsTask();
        Assert.False(second.IsCompleted);
        admission.Leave();
        Assert.True(await second);
    }

    [Fact]
    public async Task Who_waits_too_long_is_sent_away_and_takes_no_place()
    {
        using var admission = new RemoteWriteAdmission(new RemoteWriteOptions { MaxConcurrency = 1 }, _time);
        Assert.True(await admission.EnterAsync(default));
        var second = admission.EnterAsync(default).AsTask();
        Assert.Equal((1L, 0L), (admission.Waiting, admission.PlacesRefused));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(await second);
        Assert.Equal((0L, 1L), (admission.Waiting, admission.PlacesRefused));
        admission.Leave();
        Assert.True(await admission.EnterAsync(default));
    }

    [Fact]
    public async Task Sender_that_goes_away_stops_waiting()
    {
        using var admission = new RemoteWriteAdmission(new RemoteWriteOptions { MaxConcurrency = 1 }, _time);
        Assert.True(await admission.EnterAsync(default));
        using var gone = new CancellationTokenSource();
        var second = admission.EnterAsync(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
