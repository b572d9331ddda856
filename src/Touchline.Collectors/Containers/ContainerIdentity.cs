namespace Touchline.Collectors.Containers;

/// <summary>What people call a container. Names are empty where nobody told them.</summary>
public sealed record ContainerIdentity(string Name, string Image, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    public static readonly ContainerIdentity None = new("", "", []);

    /// <summary>The variables of its environment that become labels, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The value of one of the container's labels, empty where it has none of the name.</summary>
    public string Label(string name)
    {
        foreach (var (own, value) in Labels)
        {
            if (own == name)
            {
                return value;
            }
        }
        return "";
    }

    /// <summary>Whether the other says the same, label for label in the same order.</summary>
    public bool IsSameAs(ContainerIdentity other) =>
        ReferenceEquals(this, other) || (Name == other.Name && Image == other.Image && Labels.SequenceEqual(other.Labels) && Environment.SequenceEqual(other.Environment));
}
