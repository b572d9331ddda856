using Snappier;
using Touchline.Model;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending;

/// <summary>Sends type, help and unit of all metrics at an interval, as version 1 has them apart from samples.</summary>
internal sealed class MetadataSending(ShardEnvironment environment)
{
    /// <summary>What does not arrive comes with the next interval.</summary>
    private const int MostAttempts = 3;

    public async Task RunAsync(CancellationToken stop)
    {
        var settings = environment.Config.Metadata;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(settings.SendIntervalMs), environment.Time);
        var encoder = environment.NewEncoder();
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            if (!settings.Send)
            {
                continue;
            }
            foreach (var entries in environment.Metadata.All.Chunk(settings.MaxSamplesPerSend))
            {
                if (encoder.Encode(entries) is not { } message)
                {
                    return;
                }
                await SendAsync(Snappy.CompressToArray(message.Span), entries, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(byte[] body, KeyValuePair<string, MetricMetadata>[] entries, CancellationToken stop)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var result = await environment.Client.SendAsync(body, attempt, stop).ConfigureAwait(false);
            environment.Figures.CountMetadata(result.Outcome, entries.Length, body.Length);
            if (result.Outcome != SendOutcome.Later)
            {
                return;
            }
            await Task.Delay(result.RetryAfter ?? TimeSpan.FromMilliseconds(environment.Config.Queue.MaxBackoffMs), environment.Time, stop).ConfigureAwait(false);
        }
    }
}
