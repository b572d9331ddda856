using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// The objects of one list of an API server, kept up to date: the list is read page by page and then followed by the events of a watch.
/// Source: "Kubernetes API Concepts", "Efficient detection of changes".
/// </summary>
/// <param name="client">Asks the server.</param>
/// <param name="path">The path of the list.</param>
/// <param name="selector">Which objects; null is all.</param>
/// <param name="health">Where it is said how it goes.</param>
/// <param name="changes">Told of every change.</param>
/// <param name="time">The clock.</param>
internal sealed class KubernetesWatch(
    KubernetesClient client, string path, KubernetesSelector? selector, DiscoveryHealth health, ChangeSignal changes, TimeProvider time)
{
    /// <summary>Keeps a page of the largest objects well below the bound of an answer.</summary>
    private const int PageSize = 500;

    /// <summary>What etcd allows an object is 1.5 MiB.</summary>
    private const int LongestEventBytes = 4 << 20;

    /// <summary>The largest clusters that Kubernetes itself supports have 150,000 pods.</summary>
    private const int MostObjects = 300_000;

    private const int Gone = 410;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How long one watch lasts, and how long a server may take to answer anything else.</summary>
    private static readonly TimeSpan WatchLength = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ConcurrentDictionary<string, JsonElement> _objects = new(StringComparer.Ordinal);

    /// <summary>The objects by namespace and name, a slash between.</summary>
    public IReadOnlyDictionary<string, JsonElement> Objects => _objects;

    /// <summary>Whether the list was read once, so that what is missing in it is not there.</summary>
    public bool IsListed { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var version = await ListAsync(cancellationToken).ConfigureAwait(false);
                pause = FirstPause;
                while (version is not null)
                {
                    version = await FollowAsync(version, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (FetchException e) when (!cancellationToken.IsCancellationRequested)
            {
                health.Failed(e.Message, path);
            }
            catch (Exception e)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                health.Failed($"the answer to {path} cannot be read: {e.Message}", path);
            }
            changes.Set();
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Reads the whole list.</summary>
    /// <returns>The version from which a watch goes on.</returns>
    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var objects = new ConcurrentDictionary<string, JsonElement>(StringComparer.Ordinal);
        var next = "";
        do
        {
            var url = Url($"limit={PageSize}", next.Length == 0 ? "" : $"continue={Uri.EscapeDataString(next)}");
            using var timeout = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            using var page = await client.GetJsonAsync(url, either.Token).ConfigureAwait(false);
            var root = page.RootElement;
            if (root.At("metadata").ValueKind != JsonValueKind.Object)
            {
                throw new FetchException($"Get \"{DiscoveryClient.Shown(url)}\": the answer is no list of objects, as an API server would give");
            }
            foreach (var item in root.Items("items"))
            {
                objects[KeyOf(item)] = KubernetesObject.Trim(item);
            }
            if (objects.Count > MostObjects)
            {
                throw new FetchException($"{path} has more than {MostObjects} objects: select fewer with namespaces or selectors");
            }
            next = root.Text("metadata", "continue");
            if (next.Length == 0)
            {
                _objects = objects;
                IsListed = true;
                health.Succeeded(path);
                changes.Set();
                return root.Text("metadata", "resourceVersion");
            }
        }
        while (true);
    }

    /// <summary>Takes events until the server ends the watch.</summary>
    /// <returns>The version from which to go on; null where the list has to be read again.</returns>
    private async Task<string?> FollowAsync(string version, CancellationToken cancellationToken)
    {
        var url = Url("watch=true", "allowWatchBookmarks=true", $"timeoutSeconds={WatchLength.TotalSeconds}", $"resourceVersion={Uri.EscapeDataString(version)}");
        using var timeout = new CancellationTokenSource(WatchLength + Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(url, either.Token).ConfigureAwait(false);
            health.Succeeded(path);
            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var reader = PipeReader.Create(stream);
            string? reached = version;
            while (reached is not null && await NextLineAsync(reader, either.Token).ConfigureAwait(false) is { } line)
            {
                reached = Apply(line, reached);
            }
            await reader.CompleteAsync().ConfigureAwait(false);
            // A server that ends each watch at once is not asked without a pause.
            await Task.Delay(FirstPause, time, cancellationToken).ConfigureAwait(false);
            return reached;
        }
        catch (FetchException e) when (e.StatusCode == Gone)
        {
            return null;
        }
        catch (Exception e) when (DiscoveryClient.IsOfNetwork(e) && !cancellationToken.IsCancellationRequested)
        {
            throw FetchFailure.OfRequest(DiscoveryClient.Shown(url), e, client.Server);
        }
    }

    private static async ValueTask<byte[]?> NextLineAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            if (read.Buffer.Length > LongestEventBytes)
            {
                throw new FetchException($"an event of a watch is larger than {LongestEventBytes >> 20} MiB");
            }
            if (read.IsCompleted)
            {
                // What is no whole event must not pass for a watch without events: a server that answers nonsense would not be noticed.
                return read.Buffer.IsEmpty ? null : read.Buffer.ToArray();
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private string? Apply(byte[] line, string reached)
    {
        using var document = DiscoveryClient.ParseJson(line, client.Server);
        var item = document.RootElement.At("object");
        switch (document.RootElement.Text("type"))
        {
            case "ADDED" or "MODIFIED":
                _objects[KeyOf(item)] = KubernetesObject.Trim(item);
                break;
            case "DELETED":
                _objects.TryRemove(KeyOf(item), out _);
                break;
            case "BOOKMARK":
                return item.Text("metadata", "resourceVersion") is { Length: > 0 } mark ? mark : reached;
            default:
                // An error: mostly that the version is too old by now.
                return null;
        }
        if (_objects.Count > MostObjects)
        {
            throw new FetchException($"{path} has more than {MostObjects} objects: select fewer with namespaces or selectors");
        }
        changes.Set();
        return item.Text("metadata", "resourceVersion") is { Length: > 0 } version ? version : reached;
    }

    private static string KeyOf(JsonElement item) => $"{item.Text("metadata", "namespace")}/{item.Text("metadata", "name")}";

    private Uri Url(params string[] parameters)
    {
        IEnumerable<string> all =
        [
            .. parameters,
            selector is { Label.Length: > 0 } ? $"labelSelector={Uri.EscapeDataString(selector.Label)}" : "",
            selector is { Field.Length: > 0 } ? $"fieldSelector={Uri.EscapeDataString(selector.Field)}" : "",
        ];
        return new Uri($"{client.Server.OriginalString.TrimEnd('/')}{path}?{string.Join('&', all.Where(parameter => parameter.Length > 0))}");
    }
}
