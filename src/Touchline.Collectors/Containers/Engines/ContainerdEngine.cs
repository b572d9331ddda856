using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>
/// containerd by its own interface: the containers that <c>ctr</c> and <c>nerdctl</c> made. Those of Docker and of Kubernetes, which
/// live in it too, are better known to Docker and by the container runtime interface.
/// </summary>
internal sealed class ContainerdEngine(string socket, EnvironmentChoice environment) : IContainerEngine, IDisposable
{
    /// <summary>A task whose process has ended.</summary>
    private const int Stopped = 3;

    private static readonly string[] NamespacesOfOthers = ["moby", "k8s.io"];

    private readonly EngineCalls _calls = new(socket);

    public string Name => "containerd";

    public string Socket => socket;

    public string Version { get; private set; } = "";

    public async Task<IReadOnlyList<EngineContainer>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Version.Length == 0)
            {
                Version = ContainerdMessages.Version(await CallAsync("version", "Version", "Version", "", cancellationToken));
            }
            var containers = new List<EngineContainer>();
            foreach (var name in ContainerdMessages.Namespaces(await CallAsync("namespaces", "Namespaces", "List", "", cancellationToken)).Except(NamespacesOfOthers))
            {
                var listed = ContainerdMessages.Containers(await CallAsync("containers", "Containers", "List", name, cancellationToken), environment);
                var tasks = listed.Count == 0 ? [] : ContainerdMessages.Tasks(await CallAsync("tasks", "Tasks", "List", name, cancellationToken));
                containers.AddRange(listed.Select(container => Of(container, tasks.GetValueOrDefault(container.Id))));
            }
            return containers;
        }
        catch (MalformedMessageException e)
        {
            throw new EngineException($"it does not speak the interface of containerd: {e.Message}", e);
        }
        catch (EngineException)
        {
            // Another version may answer the next time.
            Version = "";
            throw;
        }
    }

    public void Dispose() => _calls.Dispose();

    private Task<byte[]> CallAsync(string package, string service, string method, string containerdNamespace, CancellationToken cancellationToken) =>
        _calls.CallAsync($"containerd.services.{package}.v1.{service}", method, [], containerdNamespace, cancellationToken);

    private static EngineContainer Of(ContainerdListed container, ContainerdTask? task)
    {
        var identity = new ContainerIdentity("", container.Image, container.Labels) { Environment = container.Environment };
        var name = identity.Label("nerdctl/name") is { Length: > 0 } given ? given : container.Id;
        return new EngineContainer
        {
            Id = container.Id,
            Identity = identity with { Name = name },
            DisplayName = name,
            CgroupPath = container.CgroupPath,
            CreatedAt = container.CreatedAt,
            State = StateOf(task),
            LastExitCode = task is { Status: Stopped } ended ? ended.ExitCode : null,
            FinishedAt = task is { Status: Stopped } ? task.ExitedAt : null,
        };
    }

    private static ContainerState StateOf(ContainerdTask? task) => task?.Status switch
    {
        null or 1 => ContainerState.Created,
        2 => ContainerState.Running,
        Stopped => ContainerState.Exited,
        4 or 5 => ContainerState.Paused,
        _ => ContainerState.Unknown,
    };
}
