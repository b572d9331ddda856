using System.Text.Json;
using Touchline.RemoteWrite.Sending;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>The remotes for the status page.</summary>
internal static class RemoteWriteViews
{
    public static IReadOnlyList<RemoteWriteView> Of(RemoteWriteSender sender) => [.. sender.Remotes().Select(Of)];

    private static RemoteWriteView Of(RemoteStatus remote) => new(
        remote.Name,
        remote.Url,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(remote.State.ToString()),
        remote.BehindSeconds,
        remote.QueuedBytes,
        remote.Figures.Sent(SampleKind.Sample) + remote.Figures.Sent(SampleKind.Histogram),
        remote.Figures.Failed(SampleKind.Sample) + remote.Figures.Failed(SampleKind.Histogram),
        Enum.GetValues<DropReason>().Sum(remote.Figures.Dropped),
        remote.Shards,
        remote.LastError,
        remote.LastErrorAt);
}
