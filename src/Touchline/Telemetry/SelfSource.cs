using Touchline.Collectors;
using Touchline.Collectors.OwnProcess;

namespace Touchline.Telemetry;

/// <summary>All that Touchline tells of itself: the server, and the process it runs in.</summary>
internal sealed class SelfSource(ServerSource server, RemoteWriteSource remoteWrite, RemoteStorageSource remoteStorage, PushFiguresSource push, ProcessCollector process) : IMetricSource
{
    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        server.Collect(writer, cancellationToken);
        remoteWrite.Collect(writer, cancellationToken);
        remoteStorage.Collect(writer, cancellationToken);
        push.Collect(writer, cancellationToken);
        process.Collect(writer, cancellationToken);
    }
}
