using Grpc.Core;
using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>
/// containerd or CRI-O as Kubernetes talks to them: gRPC over a socket. A container that ended is started again as another one of the
/// same pod and name, with a higher attempt: they are one here, with the newest one's id.
/// </summary>
internal sealed class CriEngine : IContainerEngine, IDisposable
{
    private const int MaxStatuses = 128;

    /// <summary>Who is left when this is over is asked about at the next round: a list whose details come late is better than none.</summary>
    private static readonly TimeSpan MostForStatuses = TimeSpan.FromSeconds(2);

    private const int Running = 1;
    private const int Exited = 2;

    private readonly EngineCalls _calls;
    private readonly string _rootFsPath;
    private readonly TimeProvider _time;
    private readonly EnvironmentChoice _environment;
    private readonly Dictionary<string, (int State, CriStatus Status, IReadOnlyList<string> Lines)> _statuses = new(StringComparer.Ordinal);

    public CriEngine(string socket, string rootFsPath, TimeProvider time, EnvironmentChoice environment)
    {
        Socket = socket;
        (_rootFsPath, _time, _environment) = (rootFsPath, time, environment);
        _calls = new EngineCalls(socket);
    }

    public string Name => "cri";

    public string Socket { get; }

    public string Version { get; private set; } = "";

    public async Task<IReadOnlyList<EngineContainer>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Version.Length == 0)
            {
                Version = CriMessages.Version(await CallAsync("Version", [], cancellationToken));
            }
            var sandboxes = CriMessages.List(await CallAsync("ListPodSandbox", [], cancellationToken), areSandboxes: true);
            var containers = CriMessages.List(await CallAsync("ListContainers", [], cancellationToken), areSandboxes: false);
            foreach (var gone in _statuses.Keys.Except(containers.Select(container => container.Id)).ToList())
            {
                _statuses.Remove(gone);
            }
            await AskAsync(containers, cancellationToken);
            return [.. sandboxes.Select(OfSandbox), .. containers.GroupBy(Logical).Select(OfAttempts)];
        }
        catch (MalformedMessageException e)
        {
            throw new EngineException($"it does not speak the container runtime interface: {e.Message}", e);
        }
        catch (EngineException)
        {
            // Another version may answer the next time.
            Version = "";
            throw;
        }
    }

    public void Dispose() => _calls.Dispose();

    /// <summary>Asks about those whose state is another than when they were asked about.</summary>
    private async Task AskAsync(List<CriListed> containers, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var due = containers.Where(container => !_statuses.TryGetValue(container.Id, out var known) || known.State != container.State).Take(MaxStatuses);
        foreach (var container in due.TakeWhile(_ => _time.GetElapsedTime(started) < MostForStatuses))
        {
            try
            {
                var request = CriMessages.StatusRequest(container.Id, withSpecification: !_environment.IsEmpty);
                var status = CriMessages.Status(await CallAsync("ContainerStatus", request, cancellationToken));
                var lines = container.State == Exited && (status.ExitCode != 0 || status.Reason == "OOMKilled") ? await TailAsync(status.LogPath, cancellationToken) : [];
                _statuses[container.Id] = (container.State, status, lines);
            }
            catch (EngineException e) when (e.InnerException is RpcException { StatusCode: StatusCode.NotFound })
            {
                // Removed between the list and the question.
            }
        }
    }

    private Task<byte[]> CallAsync(string method, byte[] request, CancellationToken cancellationToken) =>
        _calls.CallAsync("runtime.v1.RuntimeService", method, request, "", cancellationToken);

    /// <summary>The runtime writes containers' logs into files and has no call that reads them.</summary>
    private async Task<IReadOnlyList<string>> TailAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(Path.Join(_rootFsPath, path));
            file.Seek(Math.Max(0, file.Length - LogTail.MaxBytes), SeekOrigin.Begin);
            var buffer = new byte[LogTail.MaxBytes];
            var read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return LogTail.OfCri(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Logical(CriListed container)
    {
        var identity = new ContainerIdentity("", "", container.Labels);
        return identity.Label("io.kubernetes.pod.uid") is { Length: > 0 } pod ? $"{pod}/{identity.Label("io.kubernetes.container.name")}" : container.Id;
    }

    private EngineContainer OfAttempts(IEnumerable<CriListed> attempts)
    {
        var ordered = attempts.OrderByDescending(container => container.Attempt).ThenByDescending(container => container.CreatedAt).ToList();
        var newest = ordered[0];
        var status = _statuses.GetValueOrDefault(newest.Id).Status;
        var ended = ordered.Where(container => container.State == Exited).Select(container => _statuses.GetValueOrDefault(container.Id)).FirstOrDefault();
        // Who does not give a container a name calls it by its id, as cAdvisor does for these runtimes.
        var identity = new ContainerIdentity(newest.Id, newest.Image, newest.Labels) { Environment = _environment.Of(status?.Environment ?? [], inLowerCase: false) };
        return new EngineContainer
        {
            Id = newest.Id,
            Identity = identity,
            DisplayName = DisplayName(identity),
            State = newest.State switch
            {
                0 => ContainerState.Created,
                Running => ContainerState.Running,
                Exited => ContainerState.Exited,
                _ => ContainerState.Unknown,
            },
            Restarts = newest.Attempt,
            LastExitCode = ended.Status?.ExitCode,
            IsOomKilled = ended.Status?.Reason == "OOMKilled",
            CreatedAt = newest.CreatedAt,
            StartedAt = status?.StartedAt,
            FinishedAt = ended.Status?.FinishedAt,
            LastLines = ended.Lines ?? [],
        };
    }

    private static EngineContainer OfSandbox(CriListed sandbox) => new()
    {
        Id = sandbox.Id,
        Identity = new ContainerIdentity(sandbox.Id, "", sandbox.Labels),
        DisplayName = DisplayName(new ContainerIdentity(sandbox.Id, "", sandbox.Labels)),
        State = ContainerState.Running,
        CreatedAt = sandbox.CreatedAt,
        IsSandbox = true,
    };

    private static string DisplayName(ContainerIdentity identity)
    {
        string[] parts = [identity.Label("io.kubernetes.pod.namespace"), identity.Label("io.kubernetes.pod.name"), identity.Label("io.kubernetes.container.name")];
        var name = string.Join('/', parts.Where(part => part.Length > 0));
        return name.Length > 0 ? name : identity.Name;
    }
}
