using Microsoft.AspNetCore.Components;
using Touchline.Web.Time;

namespace Touchline.Web.Filters;

/// <summary>A page of many things, of which those are shown that have a text and are in a state. The filter is in the address.</summary>
public abstract class FilteredPage<TState> : LivePage
    where TState : struct, Enum
{
    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "filter")]
    internal string? AskedText { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    internal string? AskedState { get; set; }

    /// <summary>Empty where none is asked for.</summary>
    internal string Text => AskedText ?? "";

    /// <summary>Null where all are wanted.</summary>
    internal TState? Wanted => Enum.TryParse<TState>(AskedState, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    /// <summary>When what is shown was read.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>Reads all there is.</summary>
    protected abstract void Read();

    /// <summary>Works out what of it is shown.</summary>
    protected abstract void Filter();

    internal virtual void Show(string text, TState? state) => Navigate(text, state);

    protected sealed override void OnParametersSet() => Filter();

    protected sealed override void Load(CancellationToken cancellationToken)
    {
        Now = Time.GetUtcNow();
        Read();
        Filter();
    }

    protected void Navigate(string text, TState? state, params ReadOnlySpan<(string Name, string? Value)> others)
    {
        var parameters = new Dictionary<string, object?>
        {
            ["filter"] = text.Length > 0 ? text : null,
            ["state"] = state?.ToString().ToLowerInvariant(),
        };
        foreach (var (name, value) in others)
        {
            parameters[name] = value;
        }
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(parameters), replace: true);
    }
}
