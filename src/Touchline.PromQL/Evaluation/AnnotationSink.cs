using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation;

/// <summary>Collects annotations, each wording once: the place is that of the last, as in Prometheus, which keeps them by their wording. Thread-safe.</summary>
internal sealed class AnnotationSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(AnnotationLevel, string), int> _places = [];
    private readonly List<Annotation> _ordered = [];
    private int _noted;

    /// <summary>How often something was noted, the same counted each time.</summary>
    public int Noted => Volatile.Read(ref _noted);

    public IReadOnlyList<Annotation> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _ordered];
            }
        }
    }

    public void Warn(string message, TextSpan span) => Add(new Annotation(AnnotationLevel.Warning, "PromQL warning: " + message, span));

    public void Inform(string message, TextSpan span) => Add(new Annotation(AnnotationLevel.Info, "PromQL info: " + message, span));

    /// <summary>Something the storage has to say, which has no place in the query.</summary>
    public void WarnOfStorage(string message) => Add(new Annotation(AnnotationLevel.Warning, message, default));

    /// <summary>As <see cref="WarnOfStorage"/>, where nothing is wrong.</summary>
    public void InformOfStorage(string message) => Add(new Annotation(AnnotationLevel.Info, message, default));

    private void Add(Annotation given)
    {
        var annotation = given with { Message = DroppedNames.Unmark(given.Message) };
        lock (_lock)
        {
            _noted++;
            if (_places.TryAdd((annotation.Level, annotation.Message), _ordered.Count))
            {
                _ordered.Add(annotation);
            }
            else
            {
                _ordered[_places[(annotation.Level, annotation.Message)]] = annotation;
            }
        }
    }
}
