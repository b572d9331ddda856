using Touchline.Hosting;
using Touchline.Model;
using Touchline.Scraping;
using Touchline.Storage;
using Touchline.Supervision;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>The services of the Overview: what Touchline started itself, and every scraped job that counts HTTP requests. Thread-safe.</summary>
internal sealed class ServicesView(Collection collection, TargetRegistry targets, IMetricQueryable store, TimeProvider time) : IServicesView
{
    private const string RequestCounter = "http_requests_total";

    /// <summary>A service that has not been heard of for so long is no longer shown, unless it is still configured.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ServiceState State, DateTimeOffset Since)> _since = [];

    public IReadOnlyList<ServiceView> Services(CancellationToken cancellationToken)
    {
        var byJob = targets.Active().ToLookup(t => t.JobName);
        var services = new List<ServiceView>();
        if (collection.Demo is { } demo)
        {
            services.Add(OfProcess(demo.Service, byJob[DemoApplication.JobName].FirstOrDefault()));
            // The load generator is worth a word only where it explains why there are no requests.
            if (demo.Users.State.Phase == SupervisedPhase.Down)
            {
                services.Add(OfProcess(demo.Users, null));
            }
        }
        foreach (var job in JobsWithRequests(cancellationToken).Where(job => services.All(s => s.Job != job)))
        {
            services.Add(OfTargets(job, [.. byJob[job]]));
        }
        return services;
    }

    private static ServiceView OfProcess(SupervisedProcess process, TargetSnapshot? target)
    {
        var state = process.State;
        var answers = state.Phase == SupervisedPhase.Running && target is { Health: TargetHealth.Up } && target.LastScrape >= state.Since;
        // Once it was down, it is so until it answers again.
        var down = !answers && state.EndedAt is not null;
        return new ServiceView
        {
            Name = process.Name,
            Job = process.Name,
            State = answers ? ServiceState.Up : down ? ServiceState.Down : ServiceState.Starting,
            Since = down ? state.EndedAt!.Value : state.Since,
            Reason = answers ? ""
                : !down ? target?.LastError ?? ""
                : state.Phase == SupervisedPhase.Running ? $"{state.Problem}; it has been started again and does not answer yet"
                : state.Problem,
            Process = new ServiceProcessView(state.ProcessId, state.Restarts, state.LastExitCode, process.LastLines),
        };
    }

    private ServiceView OfTargets(string job, IReadOnlyList<TargetSnapshot> own)
    {
        var down = own.Where(t => t.Health == TargetHealth.Down).ToList();
        var state = own.Count == 0 || (down.Count > 0 && down.Count == own.Count) ? ServiceState.Down
            : own.Any(t => t.Health == TargetHealth.Up) ? ServiceState.Up
            : ServiceState.Starting;
        var reason = own.Count == 0 ? "it is no longer a target"
            : down.Count == 0 ? ""
            : own.Count == 1 ? down[0].LastError
            : $"{down.Count} of {own.Count} targets are down: {down[0].LastError}";
        return new ServiceView { Name = job, Job = job, State = state, Since = Since(job, state), Reason = reason };
    }

    private DateTimeOffset Since(string job, ServiceState state)
    {
        lock (_lock)
        {
            if (!_since.TryGetValue(job, out var last) || last.State != state)
            {
                _since[job] = last = (state, time.GetUtcNow());
            }
            return last.Since;
        }
    }

    private IReadOnlyList<string> JobsWithRequests(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var querier = store.OpenQuerier((now - Memory).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        return querier.LabelValues(LabelNames.Job, [new LabelMatcher(Model.MatchType.Equal, LabelNames.MetricName, RequestCounter)], cancellationToken);
    }
}
