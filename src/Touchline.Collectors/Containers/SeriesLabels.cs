using System.Text;

namespace Touchline.Collectors.Containers;

/// <summary>
/// The labels of a group's series: id, name and image, the container's own as <c>container_label_…</c>, and its variables as <c>container_env_…</c>. Whole label sets are made
/// once, as they are written at every collection. Not thread-safe.
/// </summary>
internal sealed class SeriesLabels
{
    /// <summary>Somebody who puts a document into a label shall not make each of a hundred series as long.</summary>
    private const int MaxValueLength = 1024;

    private const int MaxOwnLabels = 64;
    private const int MaxSets = 2_000;

    private readonly string _path;
    private readonly ContainerOptions _options;
    private readonly Dictionary<string[], string[]> _sets = new(ReferenceEqualityComparer.Instance);
    private ContainerIdentity _identity = ContainerIdentity.None;

    public SeriesLabels(string path, ContainerOptions options)
    {
        (_path, _options) = (path, options);
        Base = ["id", path];
    }

    /// <summary>Names and values, alternating.</summary>
    public string[] Base { get; private set; }

    public ContainerIdentity Identity
    {
        get => _identity;
        set
        {
            if (!_identity.IsSameAs(value))
            {
                _identity = value;
                _sets.Clear();
                Base = Make(value);
            }
        }
    }

    /// <summary>All of them with further ones. The same array for the same labels each time.</summary>
    public string[] With(string[] extra)
    {
        if (!_sets.TryGetValue(extra, out var whole))
        {
            if (_sets.Count >= MaxSets)
            {
                _sets.Clear();
            }
            _sets.Add(extra, whole = [.. Base, .. extra]);
        }
        return whole;
    }

    private string[] Make(ContainerIdentity identity)
    {
        var labels = new List<string> { "id", _path };
        Add("name", identity.Name);
        Add("image", identity.Image);
        foreach (var (name, value) in identity.Labels.Where(label => _options.StoreAllLabels || _options.LabelsToStore.Contains(label.Key)).Take(MaxOwnLabels))
        {
            Add("container_label_" + Sanitized(name), value);
        }
        foreach (var (name, value) in identity.Environment.Take(MaxOwnLabels))
        {
            Add("container_env_" + Sanitized(name), value);
        }
        // The kubelet's cAdvisor has these, and dashboards for Kubernetes ask for them.
        Add("container", identity.Label("io.kubernetes.container.name"));
        Add("pod", identity.Label("io.kubernetes.pod.name"));
        Add("namespace", identity.Label("io.kubernetes.pod.namespace"));
        return [.. labels];

        // Two names may become one by what is replaced in them: the first one stands.
        void Add(string name, string value)
        {
            for (var i = 0; i < labels.Count; i += 2)
            {
                if (labels[i] == name)
                {
                    return;
                }
            }
            if (value.Length > 0)
            {
                labels.Add(name);
                labels.Add(Cut(value));
            }
        }
    }

    /// <summary>Not between the two halves of a character.</summary>
    private static string Cut(string value) => value.Length <= MaxValueLength ? value
        : value[..(char.IsHighSurrogate(value[MaxValueLength - 1]) ? MaxValueLength - 1 : MaxValueLength)];

    private static string Sanitized(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var character in name.AsSpan(0, Math.Min(name.Length, MaxValueLength)))
        {
            text.Append(char.IsAsciiLetterOrDigit(character) || character == '_' ? character : '_');
        }
        return text.ToString();
    }
}
