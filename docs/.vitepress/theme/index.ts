// Without fonts of its own: those of the machine are read with no request.
import theme from 'vitepress/theme-without-fonts';
import './layout.css';
import './pictures.css';

export default theme;
