using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// consul_sd_configs: the catalogue is watched for services, and each service for its instances, by questions that the agent answers when
/// something changed. Labels as in Prometheus's discovery of that name. Source: Consul's HTTP API, "Blocking Queries", "Catalog" and "Health".
/// </summary>
internal sealed class ConsulDiscovery : IRemoteDiscovery
{
    /// <summary>How long the agent may hold back an answer in which nothing is new.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <summary>An agent adds up to a sixteenth to the wait, and needs time to answer.</summary>
    private static readonly TimeSpan Patience = LongestWait + TimeSpan.FromSeconds(30);

    /// <summary>Each watched service holds a connection.</summary>
    private const int MostServices = 10_000;

    private readonly ConsulDiscoveryConfig _config;
    private readonly TimeProvider _time;
    private readonly DiscoveryClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<StaticConfig>> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CancellationTokenSource> _watched = new(StringComparer.Ordinal);
    private readonly ChangeSignal _changes = new();
    private string? _datacenter;
    private Task? _watching;

    public ConsulDiscovery(ConsulDiscoveryConfig config, ILogger logger, TimeProvider time)
    {
        _config = config;
        _time = time;
        _client = new DiscoveryClient(config.Http, time);
        Health = new DiscoveryHealth("consul_sd_configs", $"{config.Scheme}://{config.Server}{config.PathPrefix}", logger, time);
    }

    /// <summary>Changes that come close together are taken together.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public DiscoveryHealth Health { get; }

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        _watching ??= Task.Run(() => WatchAsync(_end.Token), CancellationToken.None);
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        List<StaticConfig> groups = [.. _instances.OrderBy(service => service.Key, StringComparer.Ordinal).SelectMany(service => service.Value)];
        var isNew = !StaticConfigs.AreSame(groups, Groups);
        Groups = groups;
        return isNew;
    }

    public void Dispose()
    {
        _end.Cancel();
        _client.Dispose();
    }

    private Task WatchAsync(CancellationToken cancellationToken)
    {
        if (_config.Services.Count == 0 || _config.Tags.Count > 0)
        {
            return RepeatAsync("", index => WatchCatalogAsync(index, cancellationToken), cancellationToken);
        }
        foreach (var name in _config.Services.Distinct(StringComparer.Ordinal))
        {
            Watch(name);
        }
        return Task.CompletedTask;
    }

    /// <summary>Asks one question again and again, telling each time which answer is known.</summary>
    private async Task RepeatAsync(string part, Func<ulong, Task<ulong>> ask, CancellationToken cancellationToken)
    {
        ulong index = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var answered = await ask(index).ConfigureAwait(false);
                // An index that falls back is that of an agent which started anew: what it knows is asked for whole.
                index = answered < index ? 0 : answered;
                Health.Succeeded(part);
            }
            catch (FetchException e) when (!cancellationToken.IsCancellationRequested)
            {
                index = 0;
                Health.Failed(e.Message, part);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested || e is not OutOfMemoryException)
            {
                // Whatever an agent answers costs this question only.
                if (!cancellationToken.IsCancellationRequested)
                {
                    index = 0;
                    Health.Failed($"the answer cannot be read: {e.Message}", part);
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(_config.RefreshIntervalMs), _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ulong> WatchCatalogAsync(ulong index, CancellationToken cancellationToken)
    {
        var query = Query(index);
        if (_config.Filter.Length > 0)
        {
            Append(query, "filter", _config.Filter);
        }
        var (document, answered) = await AskAsync("/v1/catalog/services", query, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            var wanted = document.RootElement.Members().Where(IsWanted).Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
            if (wanted.Count > MostServices)
            {
                throw new FetchException($"the catalogue has {wanted.Count} services that are wanted, more than the {MostServices} that are watched");
            }
            foreach (var gone in _watched.Keys.Where(name => !wanted.Contains(name)).ToList())
            {
                await _watched[gone].CancelAsync().ConfigureAwait(false);
                _watched.Remove(gone);
                _instances.TryRemove(gone, out _);
                Health.Forget(gone);
                _changes.Set();
            }
            foreach (var name in wanted.Where(name => !_watched.ContainsKey(name)))
            {
                Watch(name);
            }
        }
        return answered;
    }

    private bool IsWanted(JsonProperty service)
    {
        var tags = service.Value.Items().Select(tag => tag.ToString()).ToHashSet(StringComparer.Ordinal);
        return (_config.Services.Count == 0 || _config.Services.Contains(service.Name)) && _config.Tags.All(tags.Contains);
    }

    private void Watch(string name)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        _watched[name] = stop;
        _ = RepeatAsync(name, index => WatchServiceAsync(name, index, stop.Token), stop.Token);
    }

    private async Task<ulong> WatchServiceAsync(string name, ulong index, CancellationToken cancellationToken)
    {
        var datacenter = await DatacenterAsync(cancellationToken).ConfigureAwait(false);
        var query = Query(index);
        foreach (var tag in _config.Tags)
        {
            Append(query, "tag", tag);
        }
        var (document, answered) = await AskAsync("/v1/health/service/" + Uri.EscapeDataString(name), query, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            var targets = document.RootElement.Items().Select(instance => ConsulInstance.Target(instance, name, datacenter, _config.TagSeparator)).ToList();
            cancellationToken.ThrowIfCancellationRequested();
            _instances[name] = targets;
            _changes.Set();
        }
        return answered;
    }

    /// <summary>The datacenter of the configuration, or the one that the agent is in.</summary>
    private async Task<string> DatacenterAsync(CancellationToken cancellationToken)
    {
        if (_config.Datacenter.Length > 0)
        {
            return _config.Datacenter;
        }
        if (_datacenter is null)
        {
            var (document, _) = await AskAsync("/v1/agent/self", new StringBuilder(), cancellationToken).ConfigureAwait(false);
            using (document)
            {
                _datacenter = document.RootElement.Text("Config", "Datacenter");
            }
        }
        return _datacenter;
    }

    private async Task<(JsonDocument Answer, ulong Index)> AskAsync(string path, StringBuilder query, CancellationToken cancellationToken)
    {
        AppendIfAny(query, "dc", _config.Datacenter);
        AppendIfAny(query, "ns", _config.Namespace);
        AppendIfAny(query, "partition", _config.Partition);
        var url = new Uri($"{_config.Scheme}://{_config.Server}{_config.PathPrefix.TrimEnd('/')}{path}{query}");
        using var timeout = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var response = await _client.SendAsync(url, AddToken, either.Token).ConfigureAwait(false);
        var body = await DiscoveryClient.ReadAsync(response, url, either.Token).ConfigureAwait(false);
        var index = response.Headers.TryGetValues("X-Consul-Index", out var values)
            && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return (DiscoveryClient.ParseJson(body, url), index);
    }

    private void AddToken(HttpRequestMessage request)
    {
        if (_config.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Consul-Token", token.Value);
        }
    }

    private StringBuilder Query(ulong index)
    {
        var query = new StringBuilder();
        if (_config.AllowStale)
        {
            Append(query, "stale", "");
        }
        if (index > 0)
        {
            Append(query, "index", index.ToString(CultureInfo.InvariantCulture));
        }
        Append(query, "wait", string.Create(CultureInfo.InvariantCulture, $"{LongestWait.TotalMilliseconds}ms"));
        foreach (var (name, value) in _config.NodeMeta.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(query, "node-meta", $"{name}:{value}");
        }
        return query;
    }

    private static void AppendIfAny(StringBuilder query, string name, string value)
    {
        if (value.Length > 0)
        {
            Append(query, name, value);
        }
    }

    private static void Append(StringBuilder query, string name, string value) =>
        query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
}
